"""The batcher: a nightly job with many questions in one request."""

from datetime import date, timedelta
from functools import partial

from loadtest.checks import check_batch
from loadtest.users import routes
from loadtest.users.api_user import ApiUser, Visit, path_of

# Each question counts on the limit of the client.
FEWEST, MOST = 5, 25


class Batcher(ApiUser):
    """Asks about the days of several calendars at once."""

    role = "batcher"

    def come(self, visit: Visit) -> None:
        """Send one batch."""
        questions = []
        for _ in range(visit.chance.randint(FEWEST, MOST)):
            day = date(2026, 1, 1) + timedelta(days=visit.chance.randrange(730))
            path = path_of(self.a_calendar(visit)).removeprefix("/api/v1/")
            questions.append(f"{path}/days/{day}")
        check = partial(check_batch, questions=questions)
        self.post(visit, "/api/v1/batch", {"questions": questions}, routes.BATCH, check)
