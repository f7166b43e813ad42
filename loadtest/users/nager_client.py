"""A client that was written for Nager.Date v3: no token, counted by its address."""

from functools import partial
from typing import Any

from loadtest.checks import (
    check_long_weekends,
    check_nager_countries,
    check_nager_holidays,
    expect,
)
from loadtest.users import landmarks, routes
from loadtest.users.api_user import ApiUser, Visit

COUNTRIES = (
    "US",
    "DE",
    "GB",
    "FR",
    "SE",
    "JP",
    "IN",
    "CA",
    "AU",
    "NL",
    "ES",
    "IT",
    "BR",
    "CH",
    "AT",
)
KNOWN = {(country, year): (day, name) for country, year, day, name in landmarks.NAGER}


class NagerClient(ApiUser):
    """Reads public holidays, mostly of this year and the next."""

    concurrency = 2

    def come(self, visit: Visit) -> None:
        """Ask one question."""
        asks = (self.year, self.year_again, self.long_weekends, self.countries, self.today)
        visit.chance.choices(asks, (14, 3, 1, 1, 1))[0](visit)

    def year(self, visit: Visit, again_route: str | None = None) -> None:
        """Read the holidays of a year."""
        country, year = self._which(visit)

        def check(body: Any) -> None:
            check_nager_holidays(body, country, year)
            known = KNOWN.get((country, year))
            if known and self.world.has_facts:
                rows = {(row["date"], row["localName"]) for row in body}
                expect(known in rows, f"{known[1]} is missing in {country}")

        path = f"{routes.NAGER}/PublicHolidays/{year}/{country}"
        self.ask(visit, path, routes.NAGER_YEAR, check, again_route)

    def year_again(self, visit: Visit) -> None:
        """Read a year with the ETag of the last time."""
        self.year(visit, routes.NAGER_YEAR_AGAIN)

    def long_weekends(self, visit: Visit) -> None:
        """Read the long weekends of a year."""
        country, year = self._which(visit)
        path = f"{routes.NAGER}/LongWeekend/{year}/{country}"
        check = partial(check_long_weekends, year=year)
        self.ask(visit, path, routes.NAGER_LONG_WEEKENDS, check)

    def countries(self, visit: Visit) -> None:
        """Read which countries there are."""
        check = partial(check_nager_countries, wanted=COUNTRIES)
        path = f"{routes.NAGER}/AvailableCountries"
        self.ask(visit, path, routes.NAGER_COUNTRIES, check)

    def today(self, visit: Visit) -> None:
        """Ask whether today is a holiday: the status is the answer."""

        def read(response: Any) -> None:
            expect(response.status_code in (200, 204), f"the answer is {response.status_code}")
            expect(not response.content, "yes and no have no body")

        country = visit.chance.choice(COUNTRIES)
        path = f"{routes.NAGER}/IsTodayPublicHoliday/{country}"
        self.send(visit, read, path, routes.NAGER_TODAY, {})

    def _which(self, visit: Visit) -> tuple[str, int]:
        return visit.chance.choice(COUNTRIES), self.a_year(visit)
