"""Two runs side by side: what only chance made is noise, what was changed is not."""

import random
from typing import Any

import pytest

from loadtest.compare import Difference, compare, main, render
from loadtest.histogram import bucket_of
from loadtest.users import routes


def run(seed: int, factor: float = 1.0, failed: int = 0, **changes: Any) -> dict[str, Any]:
    """A run of a minute, 60 requests a second of about 10 ms each."""
    chance = random.Random(seed)
    slices = {}
    for second in range(60):
        times: dict[str, int] = {}
        for _ in range(60):
            bucket = bucket_of(chance.lognormvariate(2.3, 0.5) * factor)
            times[bucket] = times.get(bucket, 0) + 1
        counted = {"times": times, "outcomes": {"2xx": 60 - failed, "5xx": failed, "429": 5}}
        slices[str(second)] = {"routes": {routes.DAY: counted}}
    phases = [["settle", 0, 12], ["steady", 12, 60]]
    return {
        "format": 1,
        "slice_seconds": 1,
        "scenario": "steady",
        "peak": 60.0,
        "seconds": 60.0,
        "phases": phases,
        "slices": slices,
    } | changes


def by_name(differences: list[Difference]) -> dict[tuple[str, str], Difference]:
    return {(one.group, one.what): one for one in differences}


def test_two_runs_of_the_same_thing_differ_by_noise() -> None:
    found = by_name(compare([run(1)], [run(2)]))
    assert {group for group, _ in found} == {"all", "read"}  # nobody asked anything else
    assert all(one.is_noise for one in found.values())


def test_a_fifth_slower_is_no_noise() -> None:
    found = by_name(compare([run(1)], [run(2, factor=1.2)]))
    # Of one in a hundred a minute has too few to tell.
    for what in ("p50 ms", "p95 ms"):
        one = found["all", what]
        assert not one.is_noise, what
        assert one.b / one.a == pytest.approx(1.2, rel=0.08)
    assert found["all", "answers/s"].is_noise


def test_failures_are_counted_and_refusals_not() -> None:
    found = by_name(compare([run(1)], [run(2, failed=6)]))
    one = found["all", "failed/s"]
    assert (one.a, one.b, one.is_noise) == (0, 6, False)
    assert found["all", "answers/s"].a == 60


def test_runs_that_differ_among_themselves_make_the_interval_wide() -> None:
    slow_and_fast = [run(1), run(3, factor=1.3)], [run(2, factor=1.2), run(4, factor=1.1)]
    assert by_name(compare(*slow_and_fast))["all", "p50 ms"].is_noise


def test_only_the_same_question_is_compared() -> None:
    with pytest.raises(ValueError, match="peak is 60"):
        compare([run(1)], [run(1, peak=70.0)])


def test_the_table_says_what_one_run_cannot_tell(capsys: pytest.CaptureFixture[str]) -> None:
    differences = [Difference("all", "p99 ms", 10, 20, 8, 12)]
    assert "DIFFERENT" in render(differences, 2, 2)
    assert "give several" in render(differences, 1, 2)
    assert main(["", ""]) == 2
    assert "A=one.json B=other.json" in capsys.readouterr().err
