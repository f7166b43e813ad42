"""The load test as it is started from a terminal, against a stand-in for Fasti.

What it measures has to be true: a service that stands still has to show it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from loadtest.clients_file import write_clients
from loadtest.histogram import upper_edge_ms
from loadtest.report.summary import routes_of
from loadtest.roles import clients_by_role
from loadtest.shapes.shape import ABUSE_RATE
from tests.browser import DRIVER, complaints, loaded_from_elsewhere, open_browser

pytestmark = pytest.mark.long

CHECKOUT = Path(__file__).resolve().parent.parent.parent
RUN_SECONDS = 60


@pytest.fixture
def stand_in() -> Iterator[tuple[int, str]]:
    """The process id and the base URL of a stand-in."""
    process = subprocess.Popen(
        [sys.executable, "-m", "loadtest.responder"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        yield process.pid, f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()
        process.wait()


def start(var: Path, *options: str) -> subprocess.Popen[str]:
    """Start ``python -m loadtest`` with state below ``var``.

    Its objectives are such that a busy machine keeps to them: what is tested is the load test.
    """
    slo = var / "slo.toml"
    var.mkdir(exist_ok=True)
    text = (CHECKOUT / "loadtest" / "slo.toml").read_text(encoding="utf-8")
    slo.write_text(re.sub(r"^(p9[59]_ms) = \d+", r"\1 = 100000", text, flags=re.MULTILINE))
    return subprocess.Popen(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "loadtest", "--var", str(var), "--slo", str(slo), *options],
        cwd=CHECKOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("FASTI_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: subprocess.Popen[str], var: Path) -> tuple[int, str, dict[str, Any]]:
    """Return the status of a run, what it said, and the record it wrote."""
    said, complained = running.communicate(timeout=RUN_SECONDS)
    records = sorted((var / "reports").glob("*.json"))
    record = json.loads(records[-1].read_text()) if records else {}
    return running.returncode, said + complained, record


def clients(var: Path) -> Path:
    """Clients that a stand-in takes, as it takes any."""
    return write_clients(
        var / "clients.json",
        [
            {"client_id": client_id, "client_secret": "x", "role": role}
            for client_id, role in clients_by_role(8).items()
        ],
    )


def test_a_service_that_stands_still_for_two_seconds_shows_it_at_its_true_size(
    tmp_path: Path, stand_in: tuple[int, str]
) -> None:
    pid, url = stand_in
    stall_seconds, rate = 2.0, 100.0
    options = ("--target", url, "--clients-file", str(clients(tmp_path)))
    running = start(tmp_path, *options, "--rate", str(rate), "--duration", "5")
    assert running.stdout is not None
    next(line for line in running.stdout if line.startswith("begun"))
    time.sleep(1.5)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(stall_seconds)
    os.kill(pid, signal.SIGCONT)
    status, said, record = ended(running, tmp_path)
    totals = record["summary"]["totals"]
    # What answers here knows no holidays, which is all that is wrong with its answers.
    assert (status, set(totals["outcomes"])) == (1, {"2xx", "3xx", "wrong"}), said
    assert "US 2026-07-03 is wrong" in said
    assert totals["not_sent"] == 0
    assert 1_900 <= totals["max_ms"] <= 3_000
    assert totals["percentiles"][2] >= 1_500  # p99
    # Whoever came in the first half of the stall waited for the other half at least. In a closed
    # model that were as many as there are users, and not as many as came.
    times = [counted["times"] for counted in routes_of(record["slices"].values()).values()]
    waited = sum(
        count
        for one in times
        for bucket, count in one.items()
        if upper_edge_ms(bucket) >= stall_seconds / 2 * 1000
    )
    came = (rate + ABUSE_RATE) * stall_seconds / 2
    assert waited >= 0.7 * came


def test_two_processes_send_what_one_does_and_the_page_is_drawn(tmp_path: Path) -> None:
    options = ("--self-test", "--scenario", "spike", "--rate", "60", "--duration", "3")
    runs = [
        (var, start(var, *options, "--processes", var.name))
        for var in (tmp_path / "1", tmp_path / "2")
    ]
    records = []
    for var, running in runs:
        status, said, record = ended(running, var)
        assert status == 0, said
        assert "PASSED" in said
        records.append(record)
    one, two = (record["summary"]["totals"] for record in records)
    assert one["arrivals"] == two["arrivals"] > 150
    assert one["answered"] == pytest.approx(two["answered"], rel=0.05)
    busy = [set(record["summary"]["generator"]["cpu_mean"]) for record in records]
    assert busy == [{"generator 1"}, {"generator 1", "generator 2"}]
    if DRIVER is not None:
        look_at(next((tmp_path / "2" / "reports").glob("*.html")), tmp_path / "profile")


def look_at(page: Path, profile: Path) -> None:
    """Open a report as a person would, on a phone."""
    browser = open_browser(profile)
    try:
        browser.set_window_size(400, 800)
        browser.get(page.as_uri())
        charts = browser.find_elements(By.CSS_SELECTOR, "svg.chart")
        assert len(charts) == 5
        assert all(chart.is_displayed() and chart.size["height"] > 100 for chart in charts)
        # Every line and every bar has an extent: something is drawn.
        drawn = browser.execute_script(
            "return [...document.querySelectorAll('svg.chart')].map(chart =>"
            " Math.max(...[...chart.querySelectorAll('.line, .bar')].map(p => p.getBBox().width)))"
        )
        assert all(width > 20 for width in drawn), drawn
        assert browser.execute_script(
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        assert loaded_from_elsewhere(browser, "file://") == []
        assert complaints(browser) == []
    finally:
        browser.quit()


def test_nothing_is_sent_where_nothing_answers(tmp_path: Path) -> None:
    options = ("--target", "http://127.0.0.1:9", "--clients-file", str(clients(tmp_path)))
    status, said, record = ended(start(tmp_path, *options), tmp_path)
    assert (status, record) == (2, {})
    assert "nothing answers at http://127.0.0.1:9" in said
