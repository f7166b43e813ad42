"""The subscriber: a calendar program that looks again whether its feed has changed."""

from loadtest.checks import check_feed, expect
from loadtest.users import landmarks, routes
from loadtest.users.api_user import ApiUser, Visit, path_of

KNOWN = dict(landmarks.FEEDS)


class Subscriber(ApiUser):
    """Fetches an iCalendar feed, three times out of four with the ETag of the last time."""

    role = "subscriber"

    def come(self, visit: Visit) -> None:
        """Fetch one feed."""
        calendar = self.a_calendar(visit)

        def check(content: bytes) -> None:
            check_feed(content)
            if self.world.has_facts:
                expect(KNOWN.get(calendar, b"") in content, f"the feed of {calendar} lacks a day")

        again = routes.FEED_AGAIN if visit.chance.random() < 0.75 else None
        self.ask(visit, f"{path_of(calendar)}/holidays.ics", routes.FEED, check, again, parse=bytes)
