"""The words of the report, and its chart."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.chart import bar_chart
from bench.documents import BEGIN, END, between_markers
from bench.figures import Spread
from bench.report import markdown_table, promise_rows, text_table
from bench.targets import MOST, Promise


def test_a_promise_is_kept_at_its_very_bound() -> None:
    assert Promise("", Spread(6.0, 5.0, 7.0), 6).is_kept
    assert not Promise("", Spread(5.99, 5.0, 7.0), 6).is_kept
    assert Promise("", Spread(0.2, 0.2, 0.2), 0.2, MOST).is_kept
    assert not Promise("", Spread(0.21, 0.2, 0.3), 0.2, MOST).is_kept


def test_a_missed_promise_is_told_aloud() -> None:
    rows = promise_rows([Promise("Fast", Spread(5.5, 5.0, 7.0), 6)])
    assert rows == [("Fast", "5.5x", "5 … 7", "at least 6x", "NO")]


def test_tables_have_a_rule_below_their_head() -> None:
    assert text_table(("", "n"), [("one", "1"), ("ten", "10")]).splitlines() == [
        "      n",
        "-------",
        "one   1",
        "ten  10",
    ]
    assert markdown_table(("", "n"), [("one", "1")]) == "|  | n |\n| --- | --: |\n| one | 1 |"


def test_a_bar_is_as_long_as_its_value() -> None:
    svg = bar_chart("a < b", [("ours", 200.0, True), ("its", 50.0, False)])
    chart = ElementTree.fromstring(svg)  # noqa: S314 - our own
    bars = chart.findall("{http://www.w3.org/2000/svg}rect")
    lengths = [float(bar.get("width", 0)) for bar in bars]
    assert lengths[0] == 4 * lengths[1]
    assert [bar.get("class") for bar in bars] == ["own", "other"]


def test_what_stands_between_the_markers_is_replaced() -> None:
    begin = BEGIN.format(command="bench")
    text = f"before\n{begin}\nold\n{END}\nafter\n"
    assert between_markers(text, "bench", "new") == f"before\n{begin}\nnew\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no markers"):
        between_markers("before\n", "bench", "new")


@pytest.mark.parametrize(
    ("document", "command"),
    [
        ("README.md", "bench"),
        ("docs/performance.md", "bench"),
        ("README.md", "capacity"),
        ("docs/capacity.md", "capacity"),
    ],
)
def test_the_documents_have_a_place_for_figures(document: str, command: str) -> None:
    assert between_markers(Path(document).read_text(encoding="utf-8"), command, "new")
