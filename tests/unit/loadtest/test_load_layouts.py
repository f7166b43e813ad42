"""What a search came to, told of a layout: CPU of a request, the knee, and what was before."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtest.capacity.measured import Layout, Measured, knee, measured
from loadtest.capacity.report import COLUMNS, rows, sentences
from loadtest.capacity.scaling import ScalabilityLaw


def told(layout: str, per_second: float, replicas_us: float = 900.0) -> Measured:
    replicas, workers = map(int, layout.split("x"))
    cpu_us = {"replicas": replicas_us, "nginx": 80.0, "valkey": 20.0}
    return Measured(
        Layout(replicas, workers), per_second, cpu_us, 12.0, 1.6, 0.4, was_generator=False
    )


def outcome(directory: Path, held: float | None) -> dict[str, Any]:
    """A search of which three probes count, each with its record."""
    probes = []
    for rate in (180.0, 220.0, 200.0):
        file = directory / f"{rate:.0f}.json"
        cores = {"replicas": rate / 1000, "nginx": 0.02, "generator": 0.3, "others": 0.1}
        totals = {"answered": rate * 9, "refused": rate, "percentiles": [3.0, rate / 20, 40.0]}
        record = {"server": {"cpu": {"0": cores, "1": cores}}, "seconds": 10}
        file.write_text(json.dumps({**record, "summary": {"totals": totals}}))
        probes.append({"record": str(file), "generator_was_the_limit": rate > 210})
    return {"held": held, "counted": probes}


def test_cpu_is_that_of_a_request_in_all_probes_that_count(tmp_path: Path) -> None:
    found = measured(Layout(2, 1), outcome(tmp_path, 199.0))
    assert found.per_second == 199
    assert found.cpu_us == {"replicas": pytest.approx(1000), "nginx": pytest.approx(100)}
    assert found.served_us == pytest.approx(1100)
    assert found.cores == pytest.approx(0.62)
    assert found.generator_cores == pytest.approx(0.3)
    assert found.p95_ms == 10
    assert not found.was_generator


def test_nothing_is_told_where_nothing_was_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2x1: no rate was kept"):
        measured(Layout(2, 1), outcome(tmp_path, None))


def test_the_knee_is_the_smallest_that_is_as_good_as_the_best() -> None:
    found = [told("1x1", 300), told("2x1", 520), told("1x2", 540), told("3x2", 580)]
    assert knee(found).layout == Layout(1, 2)
    assert knee(found[:1]).layout == Layout(1, 1)


def test_a_record_is_read_as_it_was_written() -> None:
    found = told("3x2", 580)
    assert Measured.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_it_says_what_is_different_to_the_run_before() -> None:
    found = [told("1x1", 300), told("2x1", 520)]
    said = sentences(found, ScalabilityLaw(300, 0.1, 0), 2, {Layout(2, 1): told("2x1", 400, 1150)})
    assert said[-1] == (
        "2x1: +30% to the run before, with -20% CPU for a request: +4% at the same speed of the"
        " CPUs."
    )
    assert "The knee is 2x1: 520 requests a second" in said[0]
    # 2 CPUs of 1,000,000 us each, 70 % of them, 1,000 us a request.
    assert "+1,400 requests a second" in said[3]
    assert all(len(row) == len(COLUMNS) for row in rows(found))
