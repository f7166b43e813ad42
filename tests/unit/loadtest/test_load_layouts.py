"""What a search came to, told of a layout: CPU of a request, the knee, and what was before."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtest.capacity.measured import Layout, Measured, knee, measured
from loadtest.capacity.report import COLUMNS, rows, sentences
from loadtest.capacity.scaling import ScalabilityLaw


def told(layout: str, per_second: float) -> Measured:
    replicas, workers = map(int, layout.split("x"))
    cpu_us = {"replicas": 900.0, "nginx": 80.0, "valkey": 20.0}
    return Measured(
        Layout(replicas, workers), per_second, cpu_us, 12.0, 1.6, 0.4, was_generator=False
    )


def outcome(directory: Path, highest: float | None) -> dict[str, Any]:
    """A search of two probes, each with its record."""
    probes = []
    for rate, kept in ((400.0, False), (200.0, True)):
        file = directory / f"{rate:.0f}.json"
        cores = {"replicas": rate / 1000, "nginx": 0.02, "generator": 0.3, "others": 0.1}
        totals = {"answered": rate * 9, "refused": rate, "percentiles": [3.0, 11.0, 40.0]}
        record = {"server": {"cpu": {"0": cores, "1": cores}}, "seconds": 10}
        file.write_text(json.dumps({**record, "summary": {"totals": totals}}))
        probe = {"rate": rate, "kept": kept, "record": str(file), "generator_was_the_limit": False}
        probes.append(probe)
    return {"highest": highest, "probes": probes}


def test_cpu_is_that_of_a_request_at_the_highest_rate_that_was_kept(tmp_path: Path) -> None:
    found = measured(Layout(2, 1), outcome(tmp_path, 200.0))
    assert found.per_second == 200
    assert found.cpu_us == {"replicas": pytest.approx(1000), "nginx": pytest.approx(100)}
    assert found.served_us == pytest.approx(1100)
    assert found.cores == pytest.approx(0.62)
    assert found.generator_cores == pytest.approx(0.3)
    assert found.p95_ms == 11


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
    said = sentences(found, ScalabilityLaw(300, 0.1, 0), 2, {Layout(2, 1): 500.0})
    assert said[-1] == "2x1: +4% to the run before."
    assert "The knee is 2x1: 520 requests a second" in said[0]
    # 2 CPUs of 1,000,000 us each, 70 % of them, 1,000 us a request.
    assert "+1,400 requests a second" in said[3]
    assert all(len(row) == len(COLUMNS) for row in rows(found))
