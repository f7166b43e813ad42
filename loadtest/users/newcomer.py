"""Who has no token yet: a process that has just started, of many clients or of one large one."""

from typing import Any

from loadtest.checks import check_day
from loadtest.tokens import Grant
from loadtest.users import landmarks, routes
from loadtest.users.api_user import ApiUser, Visit, path_of, read_json


class Newcomer(ApiUser):
    """Gets a token for itself, and asks its first question with it."""

    role = "newcomer"
    concurrency = 40  # many processes, which share nothing

    def come(self, visit: Visit) -> None:
        """Get a token and use it: what was signed by one replica is believed by another."""
        grant = self.get_token(visit, self.credentials())
        if grant is None:
            return
        # The wait for the token is over; the question is sent at once.
        visit.due = self.world.now()
        self._first_question(visit, grant)

    def _first_question(self, visit: Visit, grant: Grant) -> None:
        calendar, day, *_ = visit.chance.choice(landmarks.DAYS)

        def read(response: Any) -> None:
            check_day(read_json(response), calendar, day)

        path = f"{path_of(calendar)}/days/{day}"
        headers = {"Authorization": f"Bearer {grant.access_token}"}
        self._send(visit, read, path, routes.DAY, headers=headers)


class Restarted(Newcomer):
    """One of the many machines of a large client, all of which start at the same time."""

    role = "restarted"
