"""The reader: shows calendars to people, fetches whole years, and asks again to stay up to date."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from locust import task

from loadtest.checks import check_calendar_list, check_day, check_holidays, expect
from loadtest.users.api_user import LIST, ONE, ApiUser

# Most clients ask about this year and the next. Fixed years keep a seed's questions the same.
YEARS, YEAR_WEIGHTS = (2025, 2026, 2027, 2028), (1, 6, 3, 1)

# Days that a calendar without facts, or with the wrong ones, gets wrong.
# Sources: https://www.gov.uk/bank-holidays (GB-ENG), the Cabinet Office's list of 国民の祝日 (JP).
LANDMARKS = (
    ("SE", date(2026, 6, 19), False, "Midsummer Eve"),
    ("US", date(2026, 7, 3), False, "Independence Day"),  # observed: the 4th is a Saturday
    ("DE-BY", date(2027, 5, 27), False, "Corpus Christi"),
    ("DE-BE", date(2027, 5, 27), True, ""),
    ("GB-ENG", date(2026, 12, 28), False, "Boxing Day"),  # in place of Saturday the 26th
    ("JP", date(2026, 5, 6), False, ""),  # in place of Constitution Day, a Sunday
)


class Reader(ApiUser):
    """Three clients out of four only read."""

    weight = 3

    @task(8)
    def read_a_year(self) -> None:
        """Read a calendar's holidays of one year."""
        self._read(*self._a_year())

    @task(6)
    def ask_again_about_a_year(self) -> None:
        """Read a year that was read before, with its ETag: it has not changed."""
        calendar, year = self._a_year()
        etag = self.scenario.answers.etag(self._path_of_year(calendar, year))
        self._read(calendar, year, etag)

    @task(12)
    def ask_about_a_day(self) -> None:
        """Ask whether one day is a business day."""
        calendar = self.scenario.catalogue.pick(self.chance)
        day = date(2026, 1, 1) + timedelta(days=self.chance.randrange(730))
        if self.covers(calendar, day, day):
            self._ask_day(calendar, day, partial(check_day, calendar=calendar, day=day))

    @task(2)
    def ask_about_a_landmark(self) -> None:
        """Ask about a day whose answer is known, and compare."""
        calendar, day, is_business_day, name = self.chance.choice(LANDMARKS)

        def check(body: dict[str, object]) -> None:
            check_day(body, calendar, day)
            expect(body["is_business_day"] is is_business_day, f"{calendar} {day} is wrong")
            expect(name in str(body["reasons"]), f"{calendar} {day} is not told to be {name}")

        self._ask_day(calendar, day, check)

    @task(1)
    def list_calendars(self) -> None:
        """Read the list of all calendars."""
        check = partial(check_calendar_list, at_least=len(self.scenario.catalogue.ranked))
        self.ask(LIST, LIST, check)

    @task(2)
    def read_a_calendar(self) -> None:
        """Read what one calendar is and covers."""
        self.read_calendar(self.scenario.catalogue.pick(self.chance))

    def _a_year(self) -> tuple[str, int]:
        """Return the calendar and the year of a question for one year's holidays."""
        calendar = self.scenario.catalogue.pick(self.chance)
        year = self.chance.choices(YEARS, YEAR_WEIGHTS)[0]
        return calendar, year

    def _path_of_year(self, calendar: str, year: int) -> str:
        return f"{self.path_of(calendar)}/holidays?year={year}"

    def _read(self, calendar: str, year: int, etag: str | None = None) -> None:
        """Ask for the holidays of ``year``, unless they are still those of ``etag``."""
        if self.covers(calendar, date(year, 1, 1), date(year, 12, 31)):
            check = partial(check_holidays, calendar=calendar, year=year)
            route = f"{ONE}/holidays (If-None-Match)" if etag else f"{ONE}/holidays"
            self.ask(self._path_of_year(calendar, year), route, check, etag)

    def _ask_day(self, calendar: str, day: date, check: Callable[[Any], object]) -> None:
        self.ask(f"{self.path_of(calendar)}/days/{day}", f"{ONE}/days/{{date}}", check)
