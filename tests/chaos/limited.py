"""Clients that ask three times what their plan allows, and what they were given of it."""

import time
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.chaos.load import Question
from tests.chaos.questions import bearer
from tests.chaos.samples import Sample
from tests.chaos.stack import ChaosStack

PLANS_FILE = Path(__file__).with_name("plans.toml")
PATH = "/api/v1/calendars/SE/days/2026-06-19"
TIMES_THE_LIMIT = 3
SECONDS = {"second": 1, "minute": 60}


class LimitedClient:
    """A client of ``plan``, which has one window."""

    def __init__(self, plan: str) -> None:
        (window,) = tomllib.loads(PLANS_FILE.read_text())["plans"][plan]["windows"]
        limit, _, unit = window.partition("/")
        self.plan = plan
        self.limit = int(limit)
        self.window_seconds = SECONDS[unit]

    @property
    def rate(self) -> float:
        """How many requests a second it sends."""
        return TIMES_THE_LIMIT * self.limit / self.window_seconds

    def question(self, stack: ChaosStack) -> Question:
        """What it asks; the kind is the name of the plan."""
        token = stack.token_of(stack.add_client(self.plan, "--plan", self.plan))
        return Question(self.plan, "GET", PATH, bearer(token), accepts=(200, 429))

    def most_admitted(self, samples: Iterable[Sample]) -> int:
        """The most that one window of the clock has surely admitted.

        What was under way as the window changed may have been counted in either, and is left out.
        """
        ahead = time.time() - time.monotonic()
        admitted: Counter[int] = Counter()
        for sample in samples:
            if sample.kind == self.plan and sample.status == 200:
                sent_at = sample.scheduled_at + sample.late_seconds + ahead
                window = int(sent_at // self.window_seconds)
                if int((sample.ended_at + ahead) // self.window_seconds) == window:
                    admitted[window] += 1
        return max(admitted.values(), default=0)
