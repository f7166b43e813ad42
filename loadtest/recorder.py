"""What happened in every slice of a run: small enough to be sent to a master, and addable.

A slice is a second, or some of them in a long run: those in which a request was *due*. What came of
it counts there, however late: so a slice in which the service stood still shows what its users
waited.
"""

from typing import Any

from loadtest.histogram import bucket_of

# How a request ended. What a limit refused is no failure, and has no time worth knowing.
OUTCOMES = ("2xx", "3xx", "429", "4xx", "5xx", "none", "wrong")
GOOD = ("2xx", "3xx")
REFUSED = "429"
FAILED = ("4xx", "5xx", "none", "wrong")

Slice = dict[str, Any]


class Recorder:
    """The slices of one run, of one process or of all."""

    def __init__(self, slice_seconds: int = 1) -> None:
        """Begin with nothing. Slices are of so many seconds, and named by their first one."""
        self._slice_seconds = slice_seconds
        self.slices: dict[str, Slice] = {}
        # (sent, answered) of every request of an abuser that was admitted, by whose limit it is.
        self.admitted: dict[str, list[list[float]]] = {}
        self.policies: dict[str, dict[str, list[float]]] = {}
        self.refused_by_plan: dict[str, int] = {}

    def answered(self, route: str, due: float, done: float, outcome: str, size: int) -> None:
        """Count a request of ``route`` that was due and done at these seconds of the run."""
        one = self._slice(due)["routes"].setdefault(
            route, {"outcomes": {}, "times": {}, "max_ms": 0.0, "bytes": 0}
        )
        _add(one["outcomes"], outcome)
        one["bytes"] += size
        if outcome != REFUSED:
            milliseconds = max(0.0, (done - due) * 1000)
            _add(one["times"], bucket_of(milliseconds))
            one["max_ms"] = max(one["max_ms"], milliseconds)
        self._slice(done)["done"] += 1

    def sent(self, due: float, sent: float) -> None:
        """Count an arrival that was sent; how late that was is the generator's own doing."""
        one, milliseconds = self._slice(due), max(0.0, (sent - due) * 1000)
        one["sent"] += 1
        _add(one["lag"], bucket_of(milliseconds))

    def not_sent(self, due: float) -> None:
        """Count an arrival that the generator could not send: too many were in flight."""
        self._slice(due)["not_sent"] += 1

    def unanswered(self, due: float, count: int) -> None:
        """Count requests that were still open when the run was over."""
        self._slice(due)["unanswered"] += count

    def held_back(self, due: float) -> None:
        """Count an arrival whose user stays away, as a Retry-After told it to."""
        self._slice(due)["held_back"] += 1

    def refused(self, plan: str) -> None:
        """Count a refusal by ``plan``."""
        _add(self.refused_by_plan, plan)

    def busy(self, at: float, process: str, share: float, in_flight: int) -> None:
        """Note how busy a process of the generator is: CPU seconds a second; requests open."""
        one = self._slice(at)
        one["cpu"][process] = max(one["cpu"].get(process, 0.0), round(share, 4))
        one["in_flight"] = max(one["in_flight"], in_flight)

    def admit(self, whose: str, policy: dict[str, list[float]], sent: float, done: float) -> None:
        """Note that a request on a limit of ``policy`` was admitted between two times."""
        self.admitted.setdefault(whose, []).append([sent, done])
        self.policies[whose] = policy

    def take(self) -> dict[str, Any]:
        """Return everything in a form that can be sent, and begin again with nothing."""
        taken = {
            "slices": self.slices,
            "admitted": self.admitted,
            "policies": self.policies,
            "refused_by_plan": self.refused_by_plan,
        }
        Recorder.__init__(self, self._slice_seconds)
        return taken

    def add(self, taken: dict[str, Any]) -> None:
        """Add what another one took."""
        for second, theirs in taken["slices"].items():
            _merge(self._slice(float(second)), theirs)
        for whose, pairs in taken["admitted"].items():
            self.admitted.setdefault(whose, []).extend(pairs)
        self.policies.update(taken["policies"])
        _merge(self.refused_by_plan, taken["refused_by_plan"])

    def _slice(self, seconds: float) -> Slice:
        return self.slices.setdefault(
            str(max(0, int(seconds // self._slice_seconds) * self._slice_seconds)),
            {
                "routes": {},
                "sent": 0,
                "done": 0,
                "not_sent": 0,
                "unanswered": 0,
                "held_back": 0,
                "lag": {},
                "cpu": {},
                "in_flight": 0,
            },
        )


# What is not a count: of these the larger one holds.
_LARGEST = ("max_ms", "in_flight")


def _add(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def _merge(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Add the counts of ``theirs`` to ``ours``, however deep they lie."""
    for key, value in theirs.items():
        if isinstance(value, dict):
            _merge(ours.setdefault(key, {}), value)
        elif key in _LARGEST:
            ours[key] = max(ours.get(key, 0), value)
        else:
            ours[key] = ours.get(key, 0) + value
