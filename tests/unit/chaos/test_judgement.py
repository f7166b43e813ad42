"""What counts as an answer, and as a promise that was kept."""

import pytest

from tests.chaos.connection import Reply
from tests.chaos.fault import Promise
from tests.chaos.load import Question, judged
from tests.chaos.samples import FAILED, OK, READ, REFUSED, WRONG, Sample, summarise
from tests.chaos.trial import broken_by

QUESTION = Question(READ, "GET", "/api/v1/calendars/SE", {}, "", '{"id":"SE"}')
PROBLEM = {"content-type": "application/problem+json", "retry-after": "2"}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, {}, b'{"id":"SE"}'), OK),
        (Reply(200, {}, b'{"id":"SF"}'), WRONG),
        (Reply(200, {}, b'{"id":"SE"} '), WRONG),
        (Reply(200, {}, b""), WRONG),
        (Reply(503, PROBLEM, b"{}"), REFUSED),
        (Reply(503, {"content-type": "application/problem+json"}, b"{}"), FAILED),
        (Reply(503, {"retry-after": "2"}, b"{}"), FAILED),
        (Reply(502, PROBLEM, b"{}"), FAILED),
        (Reply(401, PROBLEM, b"{}"), FAILED),
        (Reply(304, {}, b""), FAILED),
    ],
)
def test_an_answer_is_good_to_the_last_byte_or_not_at_all(reply: Reply, outcome: str) -> None:
    assert judged(QUESTION, reply)[0] == outcome


def _samples(*outcomes: str, kind: str = READ, seconds: float = 0.01) -> list[Sample]:
    return [Sample(kind, outcome, outcome, 200, 100.0, seconds, 0.0) for outcome in outcomes]


def _broken(promise: Promise, samples: list[Sample], before_seconds: float = 0.01) -> list[str]:
    before = summarise(_samples(OK, seconds=before_seconds))
    during = summarise(sample for sample in samples if sample.kind == READ)
    return broken_by(promise, before, during, samples)


def test_nothing_is_allowed_that_is_not_named() -> None:
    assert _broken(Promise(), _samples(OK, OK)) == []
    for samples in (
        _samples(OK, FAILED),
        _samples(OK, WRONG),
        _samples(OK, REFUSED),
        _samples(FAILED, kind="token"),
        _samples(REFUSED, kind="token"),
        _samples(OK, seconds=1.01),
    ):
        assert len(_broken(Promise(), samples)) == 1, samples


def test_what_is_named_is_allowed_and_no_more() -> None:
    promise = Promise(failed_reads=1, failed_posts=1, may_refuse=("token",), slowest_seconds=2.0)
    allowed = [
        *_samples(FAILED),
        *_samples(FAILED, kind="batch"),
        *_samples(REFUSED, REFUSED, kind="token"),
        *_samples(OK, seconds=1.9),
    ]
    assert _broken(promise, allowed) == []
    assert len(_broken(promise, [*allowed, *_samples(REFUSED, kind="batch")])) == 1


def test_a_p95_may_rise_by_its_factor_and_within_the_noise() -> None:
    promise = Promise(p95_factor=1.5)
    assert _broken(promise, _samples(OK, seconds=0.14), before_seconds=0.1) == []
    assert len(_broken(promise, _samples(OK, seconds=0.16), before_seconds=0.1)) == 1
    assert _broken(promise, _samples(OK, seconds=0.009), before_seconds=0.001) == []


def test_what_failed_before_the_fault_is_told() -> None:
    (said,) = broken_by(Promise(), summarise(_samples(FAILED)), summarise(_samples(OK)), [])
    assert said.startswith("not well before it began")
