"""What this process answered, in plain numbers of each thread: to count takes no lock and no file.

A background thread adds them up, for the metrics and for what the worker reports of itself.
"""

import os
import threading
import weakref
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

# From an answer of the gate to the longest time-out of a dependency.
BOUNDS_SECONDS = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025),
    *(0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)


@dataclass(slots=True)
class Answers:
    """How long answers of one kind took. counts: by the bound they are within; the last by none."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_SECONDS) + 1))
    seconds: float = 0.0

    def add(self, other: "Answers") -> None:
        """Add what another counted."""
        self.counts = [mine + its for mine, its in zip(self.counts, other.counts, strict=True)]
        self.seconds += other.seconds

    def since(self, before: "Answers") -> "Answers":
        """What was counted after ``before``, an earlier state of the same."""
        pairs = zip(self.counts, before.counts, strict=True)
        return Answers([now - then for now, then in pairs], self.seconds - before.seconds)


AnswerKey = tuple[str, str, int]
"""The method, the route and the status of an answer."""


@dataclass(slots=True)
class Totals:
    """Answers by method, route and status; and whatever else is counted, by its name and labels."""

    answers: dict[AnswerKey, Answers] = field(default_factory=dict)
    events: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, other: "Totals") -> None:
        """Add what another counted, though its thread may be counting on."""
        for key, answers in other.answers.copy().items():
            self.answers.setdefault(key, Answers()).add(answers)
        for what, count in other.events.copy().items():
            self.events[what] += count

    def since(self, before: "Totals") -> "Totals":
        """What was counted after ``before``, an earlier state of the same."""
        return Totals(
            {
                key: answers.since(before.answers.get(key, Answers()))
                for key, answers in self.answers.items()
                if key not in before.answers or before.answers[key].counts != answers.counts
            },
            self.events - before.events,
        )


class _Life:
    """What ends with a thread, even with one that Python did not start."""


class _Thread(Totals):
    """The numbers of one thread, which alone changes them."""

    __slots__ = ("is_busy", "life")

    def __init__(self, life: _Life) -> None:
        super().__init__()
        self.life = weakref.ref(life)
        self.is_busy = False


class Tally:
    """Counts for one process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin at 0, as a process does that was forked from another."""
        self._own = threading.local()
        self._threads: list[_Thread] = []
        self._ended = Totals()
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Say that this thread begins to answer a request."""
        self._mine().is_busy = True

    def end(self) -> None:
        """Say that it has answered."""
        self._mine().is_busy = False

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer, which took so long."""
        answers = self._mine().answers
        key = (method, route, status)
        if (found := answers.get(key)) is None:
            found = answers[key] = Answers()
        found.counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        found.seconds += seconds

    def count(self, *what: str) -> None:
        """Count one event, by its name and labels."""
        self._mine().events[what] += 1

    @property
    def busy_threads(self) -> int:
        """How many threads are answering a request now."""
        return sum(thread.is_busy for thread in self._threads)

    def totals(self) -> Totals:
        """All that was counted in this process."""
        total = Totals()
        with self._lock:
            for thread in [one for one in self._threads if one.life() is None]:
                self._ended.add(thread)
                self._threads.remove(thread)
            for counted in (self._ended, *self._threads):
                total.add(counted)
        return total

    def _mine(self) -> _Thread:
        try:
            return self._own.numbers  # type: ignore[no-any-return]
        except AttributeError:
            self._own.life = _Life()
            mine = self._own.numbers = _Thread(self._own.life)
            with self._lock:
                self._threads.append(mine)
            return mine


TALLY = Tally()
os.register_at_fork(after_in_child=TALLY.forget)
