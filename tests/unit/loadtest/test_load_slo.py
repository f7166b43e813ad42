"""What a run has to keep to: read from one file, and held against what was measured."""

from pathlib import Path

import pytest

from loadtest.histogram import bucket_of
from loadtest.shapes import SCENARIOS
from loadtest.slo import FILE, Objective, judge, read_objectives, refused_kinds
from loadtest.users import routes

OBJECTIVE = Objective("read", ("GET /a", "GET /b"), p95_ms=50, p99_ms=100, errors=0.01, why="")


def counted(milliseconds: list[float], **outcomes: int) -> dict[str, dict[str, int]]:
    times: dict[str, int] = {}
    for one in milliseconds:
        times[bucket_of(one)] = times.get(bucket_of(one), 0) + 1
    return {"times": times, "outcomes": {name.removeprefix("o"): n for name, n in outcomes.items()}}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_route_that_is_asked_has_an_objective_with_a_reason(scenario: str) -> None:
    objectives = read_objectives(FILE, scenario)
    named = [route for one in objectives for route in one.routes]
    assert sorted(named) == sorted(routes.ALL)
    assert all(one.why and 0 < one.p95_ms <= one.p99_ms for one in objectives)
    assert set(refused_kinds(FILE)) == {"abuser", "anonymous-abuser"}


def test_an_objective_holds_for_its_routes_together() -> None:
    fast, slow = counted([10] * 94, o2xx=94), counted([400] * 6, o2xx=6)
    verdicts = judge({"GET /a": fast, "GET /b": slow}, [OBJECTIVE])
    assert {one.what: one.kept for one in verdicts} == {
        "p95 ms": False,
        "p99 ms": False,
        "errors": True,
    }


def test_refusals_are_neither_errors_nor_answers() -> None:
    only_refused = counted([], o429=50)
    assert all(one.kept for one in judge({"GET /a": only_refused}, [OBJECTIVE]))
    with_errors = counted([1] * 99, o2xx=98, o5xx=1, o429=1000)
    errors = judge({"GET /a": with_errors}, [OBJECTIVE])[-1]
    assert errors.measured == pytest.approx(1 / 99)
    assert not errors.kept


def test_a_route_that_nobody_promised_anything_of_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="GET /c"):
        judge({"GET /c": counted([1], o2xx=1)}, [OBJECTIVE])


def test_a_scenario_may_have_numbers_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "slo.toml"
    file.write_text(
        '[groups.read]\nroutes=["GET /a"]\np95_ms=1\np99_ms=2\nerrors=0.0\nwhy="x"\n'
        '[scenarios.spike.groups.read]\np99_ms=9\nwhy="y"\n'
    )
    assert read_objectives(file, "steady")[0].p99_ms == 2
    spike = read_objectives(file, "spike")[0]
    assert (spike.p95_ms, spike.p99_ms, spike.why) == (1, 9, "y")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[groups.read]\nroutes=[]\np95_ms=1\np99_ms=2\nwhy="x"\n', "group read"),
        ("[scenarios.steady.groups.red]\np95_ms=1\n", "red"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "slo.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=told):
        read_objectives(file, "steady")
