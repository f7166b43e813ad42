"""The planner: sets due dates, as payroll and logistics do, and checks them by counting back."""

from datetime import date, timedelta
from functools import partial

from locust import task

from loadtest.checks import check_count, check_reached, check_way_back, day_after
from loadtest.users.api_user import ONE, ApiUser

# Delivery and payment terms, in business days.
TERMS = (1, 2, 3, 5, 10, 14, 20, 30, 60)
# Generous for 60 business days: twelve weeks, and the longest holidays of the year twice.
LONGEST_WALK = timedelta(days=180)


class Planner(ApiUser):
    """One client out of four computes."""

    weight = 1

    @task(3)
    def set_a_due_date(self) -> None:
        """Step some business days away from a day."""
        self._due_date(*self._a_term())

    @task(2)
    def count_a_period(self) -> None:
        """Count the business days of up to a year."""
        calendar, start, _ = self._a_term()
        self._count(calendar, start, start + timedelta(days=self.chance.randrange(1, 366)))

    @task(1)
    def check_a_due_date_by_counting(self) -> None:
        """Step away, then count the same stretch: two endpoints, one truth."""
        calendar, start, days = self._a_term()
        reached = self._due_date(calendar, start, days)
        if reached is not None:
            # The step leaves ``start`` out and ends on its last day; a count is start in, end out.
            self._count(calendar, day_after(start), day_after(reached), of_term=days)

    def _a_term(self) -> tuple[str, date, int]:
        """Return a calendar, a day to start from, and a number of business days."""
        calendar = self.scenario.catalogue.pick(self.chance)
        start = date(2026, 1, 1) + timedelta(days=self.chance.randrange(365))
        return calendar, start, self.chance.choice(TERMS)

    def _due_date(self, calendar: str, start: date, days: int) -> date | None:
        """Ask for the day ``days`` business days after ``start``; None without an answer."""
        if not self.covers(calendar, start, start + LONGEST_WALK):
            return None
        check = partial(check_reached, calendar=calendar, start=start, days=days)
        path = f"{self.path_of(calendar)}/business-days/add?start={start}&days={days}"
        body = self.ask(path, f"{ONE}/business-days/add", check)
        return None if body is None else date.fromisoformat(body["date"])

    def _count(self, calendar: str, start: date, end: date, of_term: int | None = None) -> None:
        """Ask for the business days from ``start`` to ``end``; expect ``of_term`` if given."""
        if not self.covers(calendar, start, end):
            return

        def check(body: object) -> None:
            counted = check_count(body, calendar, start, end)
            if of_term is not None:
                check_way_back(counted, start, of_term, end)

        path = f"{self.path_of(calendar)}/business-days/count?from={start}&to={end}"
        self.ask(path, f"{ONE}/business-days/count", check)
