"""Who asks for more than it may, and says to be somebody else: it gets its limit and no more.

Each of its machines stays away when it is told to, and there are too many of them all the same.
"""

from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

from loadtest.checks import check_day, check_nager_holidays
from loadtest.limits import read_policy
from loadtest.users import routes
from loadtest.users.api_user import ApiUser, Visit, path_of, read_json


class Abuser(ApiUser):
    """A client on the plan ``small``, over its limit."""

    role: ClassVar[str | None] = "abuser"
    concurrency = 2
    machines = 16

    def come(self, visit: Visit) -> None:
        """Ask about a day, from an address that is made up."""
        calendar = self.a_calendar(visit)
        day = date(2026, 1, 1) + timedelta(days=visit.chance.randrange(730))

        def read(response: Any) -> None:
            check_day(read_json(response), calendar, day)

        path = f"{path_of(calendar)}/days/{day}"
        self.send(visit, read, path, routes.ABUSE, _spoofed(visit))

    def admitted(self, policy: str, sent: float, done: float) -> None:
        """Keep count: what is admitted above the limit is an error."""
        whose = f"address {self.address}" if self.source is None else self.credentials().client_id
        self.world.recorder.admit(whose, read_policy(policy), sent, done)


class AnonymousAbuser(Abuser):
    """The same from one address, without a token."""

    role = None

    def come(self, visit: Visit) -> None:
        """Read a year, as if from anywhere."""
        country, year = visit.chance.choice(("DE", "SE", "FR")), self.a_year(visit)
        check = partial(check_nager_holidays, country=country, year=year)
        path = f"{routes.NAGER}/PublicHolidays/{year}/{country}"

        def read(response: Any) -> None:
            check(read_json(response))

        self.send(visit, read, path, routes.NAGER_ABUSE, _spoofed(visit))


def _spoofed(visit: Visit) -> dict[str, str]:
    """Return headers that claim another address, a new one each time."""
    address = ".".join(str(visit.chance.randint(1, 254)) for _ in range(4))
    return {
        "X-Forwarded-For": address,
        "X-Real-IP": address,
        "Forwarded": f"for={address}",
    }
