"""What a run came to: the sums, the verdict, and a page that needs no other file."""

import re
from typing import Any

import pytest

from loadtest.recorder import Recorder
from loadtest.report.page import render_page
from loadtest.report.summary import summarize
from loadtest.report.terminal import render_text
from loadtest.slo import FILE, read_objectives
from loadtest.users import routes


def record(recorder: Recorder, **changes: Any) -> dict[str, Any]:
    """A run of ten seconds, as the conductor writes it down."""
    made: dict[str, Any] = {
        "format": 1,
        "slice_seconds": 1,
        "scenario": "steady",
        "peak": 10.0,
        "seconds": 10.0,
        "seed": 7,
        "target": "http://127.0.0.1:1",
        "began_at": "2026-11-21T12:00:00+00:00",
        "processes": 1,
        "phases": [["settle", 0, 2], ["<steady>", 2, 10]],
        "notes": [],
        "facts": {"replicas": "3"},
        "machine": {"CPUs": "2", "processor": "x", "memory": "1 GiB", "load before": "0.1"},
        "versions": {"Python": "3.11"},
        "wanted": [10.0] * 11,
        "failures": [],
        "stall_seconds": 0.0,
        "server": {
            "cpu": {"1": {"nginx": 0.1, "others": 0.5}},
            "counters": {"fasti_cache_total": {"gate": 90.0, "made": 10.0}},
            "replicas": 3,
        },
        **recorder.take(),
        **changes,
    }
    made["summary"] = summarize(made, read_objectives(FILE, "steady"))
    return made


def recorded(outcome: str = "2xx", milliseconds: float = 5.0) -> Recorder:
    recorder = Recorder()
    for at in range(100):
        due = at / 10
        recorder.sent(due, due + 0.001)
        recorder.answered(routes.DAY, due, due + milliseconds / 1000, outcome, 100)
        recorder.busy(due, "generator 1", 0.2, 1)
    return recorder


def test_a_run_that_keeps_to_everything_passes() -> None:
    made = record(recorded())
    assert made["summary"]["passed"]
    assert made["summary"]["totals"]["answered"] == 100
    assert [phase["answered"] for phase in made["summary"]["phases"]] == [20, 80]
    assert "PASSED" in render_text(made)
    assert "was not the generator" in render_text(made)


@pytest.mark.parametrize(
    ("recorder", "told"),
    [
        (recorded(milliseconds=300), "read: p99 ms"),
        (recorded(outcome="wrong"), "100 wrong bodies"),
        (recorded(outcome="5xx"), "read: errors"),
        (Recorder(), "nothing was answered"),
    ],
)
def test_what_was_missed_is_named(recorder: Recorder, told: str) -> None:
    made = record(recorder)
    assert not made["summary"]["passed"]
    assert told in render_text(made)
    assert told in render_page(made)


def test_an_arrival_that_was_not_sent_or_not_answered_fails_the_run() -> None:
    recorder = recorded()
    recorder.not_sent(3.0)
    recorder.unanswered(10.0, 2)
    missed = str(record(recorder)["summary"]["missed"])
    assert "1 arrivals not sent" in missed
    assert "2 requests were still open" in missed


def test_more_than_a_limit_allows_fails_the_run() -> None:
    recorder = recorded()
    for _ in range(50):
        recorder.admit("load-abuser-1", {"second": [20.0, 1.0]}, 1.0, 1.1)
    assert "limit of load-abuser-1" in str(record(recorder)["summary"]["missed"])


def test_a_stall_that_does_not_show_fails_the_run() -> None:
    assert "nobody waited" in str(record(recorded(), stall_seconds=2.0)["summary"]["missed"])
    slow = record(recorded(milliseconds=1_950), stall_seconds=2.0)
    assert "nobody waited" not in str(slow["summary"]["missed"])


def test_a_failure_of_the_load_test_itself_fails_the_run() -> None:
    failures = [{"count": 1, "what": "in the load test itself: KeyError"}]
    assert not record(recorded(), failures=failures)["summary"]["passed"]


def test_a_generator_that_was_busy_or_late_says_so() -> None:
    busy = recorded()
    busy.busy(3.0, "generator 1", 0.97, 1)
    assert "97% of a CPU" in render_text(record(busy))
    late = recorded()
    for _ in range(5):
        late.sent(1.0, 1.4)
    made = record(late)
    assert made["summary"]["generator"]["was_the_limit"]
    assert "ms late or later" in render_page(made)


def test_a_machine_that_others_use_is_told_of() -> None:
    assert "others on this machine took 0.50" in render_text(record(recorded()))


def test_the_page_holds_all_it_needs_and_no_markup_of_others() -> None:
    page = render_page(record(recorded()))
    assert re.findall(r"(?:src|href|action)=[\"']?([^\"'> ]*)", page) == ["data:,"]
    assert not re.search(r"<script|@import|url\(", page)
    assert "<steady>" not in page
    assert "&lt;steady&gt;" in page
    assert page.count('<svg class="chart"') == 5
    assert "90.0%" in page  # cache hits of the gate
    assert "NaN" not in page
