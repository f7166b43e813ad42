"""The planner: sets due dates, as payroll and logistics do, and checks them by counting back."""

from datetime import date, timedelta

from loadtest.checks import check_count, check_reached, check_way_back, day_after, expect
from loadtest.users import landmarks, routes
from loadtest.users.api_user import ApiUser, Visit, path_of

# Delivery and payment terms, in business days.
TERMS = (1, 2, 3, 5, 10, 14, 20, 30, 60)


class Planner(ApiUser):
    """Computes with business days."""

    role = "planner"

    def come(self, visit: Visit) -> None:
        """Set a due date, count a period, do both, or ask what is known."""
        asks = (self.set_a_due_date, self.count_a_period, self.check_by_counting, self.landmark)
        visit.chance.choices(asks, (6, 4, 2, 1))[0](visit)

    def set_a_due_date(self, visit: Visit) -> None:
        """Step some business days away from a day."""
        self._due_date(visit, *self._a_term(visit))

    def count_a_period(self, visit: Visit) -> None:
        """Count the business days of up to a year."""
        calendar, start, _ = self._a_term(visit)
        end = start + timedelta(days=visit.chance.randrange(1, 366))
        self._count(visit, calendar, start, end)

    def check_by_counting(self, visit: Visit) -> None:
        """Step away, then count the same stretch: two endpoints, one truth."""
        calendar, start, days = self._a_term(visit)
        reached = self._due_date(visit, calendar, start, days)
        if reached is not None:
            # The step leaves ``start`` out and ends on its last day; a count is start in, end out.
            self._count(visit, calendar, day_after(start), day_after(reached), of_term=days)

    def landmark(self, visit: Visit) -> None:
        """Take a step whose end is known."""
        calendar, start, days, known = visit.chance.choice(landmarks.STEPS)
        self._due_date(visit, calendar, start, days, known)

    def _a_term(self, visit: Visit) -> tuple[str, date, int]:
        """Return a calendar, a day to start from, and a number of business days."""
        start = date(2026, 1, 1) + timedelta(days=visit.chance.randrange(365))
        return self.a_calendar(visit), start, visit.chance.choice(TERMS)

    def _due_date(
        self, visit: Visit, calendar: str, start: date, days: int, known: date | None = None
    ) -> date | None:
        """Ask for the day ``days`` business days after ``start``; None without an answer."""

        def check(body: object) -> None:
            reached = check_reached(body, calendar, start, days)
            if known is not None and self.world.has_facts:
                expect(reached == known, f"{calendar} {start} + {days} is {known}, not {reached}")

        path = f"{path_of(calendar)}/business-days/add?start={start}&days={days}"
        body = self.ask(visit, path, routes.ADD, check)
        return None if body is None else date.fromisoformat(body["date"])

    def _count(
        self, visit: Visit, calendar: str, start: date, end: date, of_term: int | None = None
    ) -> None:
        """Ask for the business days from ``start`` to ``end``; expect ``of_term`` if given."""

        def check(body: object) -> None:
            counted = check_count(body, calendar, start, end)
            if of_term is not None:
                check_way_back(counted, start, of_term, end)

        path = f"{path_of(calendar)}/business-days/count?from={start}&to={end}"
        self.ask(visit, path, routes.COUNT, check)
