"""What became of some rounds of three times the sustainable load, and which promises were kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.chaos.samples import FAILED, OK, REFUSED, WRONG, Summary
from tests.overload.generator import Outcome
from tests.overload.trial import Trial

FACTOR = 3
AFTER_SECONDS = 5.0
P95_FACTOR = 2.0
AS_BEFORE_FACTOR = 1.5
NOISE_SECONDS = 0.002
REFUSED_WITHIN_SECONDS = 0.050
SPARE = 0.001  # So little may be refused while the machine pauses for other work.
HEALTH_WITHIN_SECONDS = 0.5


@dataclass(frozen=True)
class Round:
    """What came before, through and after; per_answer: answers of replicas for each that came."""

    before: Outcome
    through: Outcome
    after: Outcome
    health: Summary
    per_answer: float
    is_whole: bool
    leased: float

    def __str__(self) -> str:
        return ", ".join(
            _ms(one.latency(OK).p95) for one in (self.before, self.through, self.after)
        )


def judged(rate: float, found: Sequence[Round], others: Sequence[str]) -> Trial:
    """Compare the medians of the rounds; nothing may be wrong or fail in any.

    rate: what is sustainable, a second. others: cores that anything else took, load after load.
    """
    before, through, after = (
        [getattr(one, name) for one in found] for name in ("before", "through", "after")
    )
    health = [one.health for one in found]
    p95_before, p95, p95_after = (
        median(one.latency(OK).p95 for one in each) for each in (before, through, after)
    )
    refused_before, refused_after = (
        median(one.refused_share for one in each) for each in (before, after)
    )
    refused_p50, refused_p99 = (
        median(getattr(one.latency(REFUSED), name) for one in through) for name in ("p50", "p99")
    )
    per_answer = median(one.per_answer for one in found)
    offered = median(one.sent / one.seconds for one in through)
    asked = sum((Counter(one.counts) for one in through), Counter[str]())
    probes = sum(one.requests for one in health)
    health_slowest = max(one.slowest_seconds for one in health)
    promises: dict[str, Callable[[], bool]] = {
        f"p95 of admitted rose {p95 / p95_before:.2f} x": lambda: (
            p95 <= max(P95_FACTOR * p95_before, p95_before + NOISE_SECONDS)
        ),
        f"refused late: p99 {_ms(refused_p99)}": lambda: refused_p99 <= REFUSED_WITHIN_SECONDS,
        f"wrong or failed: {_reasons(through)}": lambda: all(one.is_right for one in through),
        "nothing was refused: it was no overload": lambda: asked[REFUSED] > 0,
        f"retried: {per_answer:.3f} answers of the replicas for each that came": lambda: (
            per_answer <= 1.01
        ),
        f"health: {[one.reasons for one in health]}": lambda: (
            not any(one.failed + one.refused + one.wrong for one in health)
        ),
        f"health took {_ms(health_slowest)}": lambda: health_slowest <= HEALTH_WITHIN_SECONDS,
        f"not whole after {AFTER_SECONDS:.0f} s": lambda: all(one.is_whole for one in found),
        "units still leased": lambda: not any(one.leased for one in found),
        f"p95 afterwards {p95_after / p95_before:.2f} x that before": lambda: (
            p95_after <= max(AS_BEFORE_FACTOR * p95_before, p95_before + NOISE_SECONDS)
        ),
        f"afterwards: {_reasons(after)}": lambda: all(one.is_right for one in after),
        f"refused afterwards {refused_after:.2%}, before {refused_before:.2%}": lambda: (
            refused_after <= SPARE
        ),
    }
    return Trial(
        f"{FACTOR} x the sustainable",
        {
            "asked": str(asked.total()),
            **{name: str(asked[name]) for name in (OK, REFUSED, WRONG, FAILED)},
            "p95 before": p95_before,
            "p95": p95,
            "slowest": max(one.latency(OK).slowest for one in through),
        },
        [said for said, is_kept in promises.items() if not is_kept()],
        [
            f"sustainable {rate:.0f}/s; offered {offered:.0f}/s, answered "
            f"{median(one.answered_per_second for one in through):.0f}/s",
            f"refused after: p50 {_ms(refused_p50)}, p99 {_ms(refused_p99)}, slowest "
            f"{_ms(max(one.latency(REFUSED).slowest for one in through))}",
            f"p95 before, through, after, by round: {'; '.join(map(str, found))}",
            f"refused before {refused_before:.2%}, after {refused_after:.2%}",
            f"{per_answer:.3f} answers of the replicas for each that came",
            f"health: {probes} asked, slowest {_ms(health_slowest)}",
            f"cores taken by anything else, load after load: {', '.join(others)}",
            f"the generator took {max(one.cpu_share for one in through):.2f} of a core, and "
            f"was late by {_ms(median(one.late_p99_seconds for one in through))} (p99), which "
            "counts as latency"
            + (
                ""
                if offered > 0.95 * FACTOR * rate
                else f"; it was the limit: {FACTOR * rate:.0f}/s were due"
            ),
        ],
    )


def _reasons(outcomes: list[Outcome]) -> str:
    reasons = sum((Counter(one.reasons) for one in outcomes), Counter[str]())
    return ", ".join(f"{reason}: {count}" for reason, count in reasons.items())


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
