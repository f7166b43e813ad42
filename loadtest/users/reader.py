"""The reader: shows calendars to people, fetches whole years, and asks again to stay up to date."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from loadtest.checks import check_calendar, check_calendar_list, check_day, check_holidays, expect
from loadtest.users import landmarks, routes
from loadtest.users.api_user import ApiUser, Visit, path_of

DAYS = 730  # of 2026 and 2027


class Reader(ApiUser):
    """Reads a day, a year, a calendar or the list of all."""

    role = "reader"

    def come(self, visit: Visit) -> None:
        """Ask one question: mostly about a day or a year."""
        asks = (self.day, self.year, self.year_again, self.landmark, self.calendar, self.calendars)
        visit.chance.choices(asks, (12, 8, 6, 2, 2, 1))[0](visit)

    def year(self, visit: Visit) -> None:
        """Read a calendar's holidays of one year."""
        self.read_year(visit, self.a_calendar(visit), self.a_year(visit))

    def year_again(self, visit: Visit) -> None:
        """Read a year, with its ETag when it was read before: it has not changed."""
        self.read_year(visit, self.a_calendar(visit), self.a_year(visit), routes.YEAR_AGAIN)

    def read_year(
        self, visit: Visit, calendar: str, year: int, again_route: str | None = None
    ) -> None:
        """Ask for the holidays of ``year``."""
        check = partial(check_holidays, calendar=calendar, year=year)
        self.ask(
            visit, f"{path_of(calendar)}/holidays?year={year}", routes.YEAR, check, again_route
        )

    def day(self, visit: Visit) -> None:
        """Ask whether one day is a business day."""
        day = date(2026, 1, 1) + timedelta(days=visit.chance.randrange(DAYS))
        calendar = self.a_calendar(visit)
        self._ask_day(visit, calendar, day, partial(check_day, calendar=calendar, day=day))

    def landmark(self, visit: Visit) -> None:
        """Ask about a day whose answer is known, and compare."""
        calendar, day, is_business_day, name = visit.chance.choice(landmarks.DAYS)

        def check(body: dict[str, object]) -> None:
            check_day(body, calendar, day)
            if self.world.has_facts:
                expect(body["is_business_day"] is is_business_day, f"{calendar} {day} is wrong")
                expect(name in str(body["reasons"]), f"{calendar} {day} is not told to be {name}")

        self._ask_day(visit, calendar, day, check)

    def calendars(self, visit: Visit) -> None:
        """Read the list of all calendars."""
        check = partial(check_calendar_list, at_least=len(self.world.catalogue.ranked))
        self.ask(visit, routes.LIST, routes.CALENDARS, check)

    def calendar(self, visit: Visit) -> None:
        """Read what one calendar is and covers."""
        calendar = self.a_calendar(visit)
        check = partial(check_calendar, calendar=calendar)
        self.ask(visit, path_of(calendar), routes.CALENDAR, check)

    def _ask_day(
        self, visit: Visit, calendar: str, day: date, check: Callable[[Any], object]
    ) -> None:
        self.ask(visit, f"{path_of(calendar)}/days/{day}", routes.DAY, check)


class Payroll(Reader):
    """A payroll system, which at 00:00 local time fetches the year that begins."""

    role = "payroll"
    YEAR = 2027

    def come(self, visit: Visit) -> None:
        """Read the new year of a calendar of the zone."""
        self.read_year(visit, self.a_calendar(visit), self.YEAR)
