"""The table counts refusals apart, and the page stands on its own."""

import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from loadtest.report import REFUSED, Row, percentile, render, rows_of, seal, verdict


@dataclass
class Entry:
    """As much of Locust's StatsEntry as the report reads."""

    method: str
    name: str
    num_requests: int
    num_failures: int = 0
    total_rps: float = 1.0
    response_times: dict[int, int] = field(default_factory=dict)

    def get_response_time_percentile(self, share: float) -> float:
        return percentile(self.response_times, share)


@dataclass
class Stats:
    """As much of Locust's RequestStats."""

    entries: dict[tuple[str, str], Entry]


def stats(*entries: Entry) -> Stats:
    return Stats({(entry.name, entry.method): entry for entry in entries})


def test_refusals_are_neither_requests_nor_failures_nor_times() -> None:
    answered = Entry("GET", "/a", 10, response_times={5: 10})
    refused = Entry(REFUSED, "/a", 4, response_times={1: 4})
    row, total = rows_of(stats(answered, refused))
    assert row == Row("GET /a", 10, 0, 4, 1.0, (5.0, 5.0, 5.0))
    assert (total.requests, total.failures, total.refused) == (10, 0, 4)
    assert total.percentile_ms == (5.0, 5.0, 5.0)


def test_a_route_that_only_refused_is_still_told() -> None:
    row, total = rows_of(stats(Entry(REFUSED, "/a", 4)))
    assert (row.route, row.refused, total.requests) == ("/a", 4, 0)


def test_the_total_takes_its_percentiles_over_all_routes() -> None:
    fast = Entry("GET", "/a", 98, response_times={1: 98})
    slow = Entry("GET", "/b", 2, response_times={100: 2})
    assert rows_of(stats(fast, slow))[-1].percentile_ms == (1.0, 1.0, 100.0)


@pytest.mark.parametrize(("share", "time"), [(0.5, 2.0), (0.51, 3.0), (1.0, 4.0), (0.0, 1.0)])
def test_a_percentile_is_the_time_that_share_did_not_exceed(share: float, time: float) -> None:
    assert percentile({1: 1, 2: 1, 3: 1, 4: 1}, share) == time


@pytest.mark.parametrize(("requests", "failures", "status"), [(9, 0, 0), (9, 1, 1), (0, 0, 1)])
def test_a_run_is_good_when_something_was_answered_and_nothing_failed(
    requests: int, failures: int, status: int
) -> None:
    assert verdict(Row("Total", requests, failures, 0, 1.0, (1.0,))) == status


def test_seed_and_failures_stand_beside_the_numbers() -> None:
    total = Row("Total", 2, 1, 0, 1.0, (1.0, 2.0, 3.0))
    text = render([total, total], {"seed": 7}, ["1 x GET /a: 500"])
    assert "seed  7" in text
    assert "failed: 1 x GET /a: 500" in text


def test_no_more_than_ten_kinds_of_failure_are_told() -> None:
    total = Row("Total", 2, 1, 0, 1.0, (1.0, 2.0, 3.0))
    text = render([total, total], {}, [f"kind {number}" for number in range(12)])
    assert "kind 9" in text
    assert "kind 10" not in text
    assert "2 kinds more" in text


def test_a_sealed_page_of_locust_loads_no_other_file(tmp_path: Path) -> None:
    # Found, not imported: importing Locust replaces parts of the standard library.
    spec = importlib.util.find_spec("locust")
    assert spec is not None
    assert spec.origin is not None
    template = Path(spec.origin).parent / "webui" / "dist" / "report.html"
    page = tmp_path / "report.html"
    page.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    seal(page)
    sealed = page.read_text(encoding="utf-8")
    # Outside of its scripts nothing is left but tags; inside them, text in quotes loads nothing.
    tags = re.findall(
        r"<[a-z][^>]*>", re.sub(r"(<script[^>]*>).*?</script>", r"\1", sealed, flags=re.S)
    )
    assert any(tag.startswith("<script") for tag in tags)
    assert not [tag for tag in tags if "src=" in tag or "href=" in tag]
    assert "url(http" not in sealed
