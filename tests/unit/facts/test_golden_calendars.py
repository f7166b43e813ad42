"""No fact of any calendar changes unseen: what is written down is what is said."""

from pathlib import Path
from zlib import crc32

import pytest

from app.facts.almanac import LIBRARY_VERSION
from app.facts.catalogue import Catalogue
from tests.golden import calendar_facts as golden
from tests.golden.calendar_facts import Fact

ADVICE = "If that is meant: make golden, and review the difference in git."
SHARDS = 4  # so that they run side by side


def test_what_was_written_down_is_of_the_library_that_is_pinned() -> None:
    assert golden.written_version() == LIBRARY_VERSION, ADVICE


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_calendar_says_what_is_written_down_of_these_years(shard: int) -> None:
    complaints = []
    for family, entries in sorted(golden.families().items())[shard::SHARDS]:
        written = golden.written_facts(family)
        now = {entry.id: golden.facts_of(entry, golden.WINDOW) for entry in entries}
        assert written.keys() == now.keys(), f"{family}: {ADVICE}"
        for change, codes in golden.differences(written, now).items():
            complaints.append(f"{change}: {' '.join(codes)}")
    assert not complaints, "\n".join([*complaints, ADVICE])


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_calendar_says_what_it_said_in_one_of_its_decades(shard: int) -> None:
    """All would be minutes: `make golden` compares them."""
    written = golden.written_digests()
    entries = sorted(Catalogue(), key=lambda entry: entry.id)
    assert written.keys() == {entry.id for entry in entries}, ADVICE
    complaints = []
    for entry in entries[shard::SHARDS]:
        coverage, digests = written[entry.id]
        decades = golden.decades(entry)
        if coverage != golden.coverage_of(entry) or digests.keys() != decades.keys():
            complaints.append(f"{entry.id} covers {golden.coverage_of(entry)}, not {coverage}")
            continue
        decade = sorted(decades)[crc32(entry.id.encode()) % len(decades)]
        if golden.digest_of(entry, decades[decade]) != digests[decade]:
            complaints.append(f"{entry.id} says something else of the {decade}")
    assert not complaints, "\n".join([*complaints, ADVICE])


def off(day: str, name: str = "Feast", local_name: str = "Fest") -> Fact:
    return Fact(day, "off", name, local_name, "public")


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ([], [off("2026-01-02")], "came     2026-01-02 off Feast (Fest public)"),
        ([off("2026-01-02")], [], "went     2026-01-02 off Feast (Fest public)"),
        (
            [off("2026-01-02")],
            [off("2026-01-03")],
            "moved    2026-01-02 off Feast (Fest public) -> 2026-01-03",
        ),
        (
            [off("2026-01-02")],
            [off("2026-01-02", "Fête")],
            "renamed  2026-01-02 off Feast (Fest public) -> off Fête (Fest public)",
        ),
    ],
)
def test_a_difference_says_what_came_went_moved_or_is_called_otherwise(
    before: list[Fact], now: list[Fact], change: str
) -> None:
    found = golden.differences({"A": frozenset(before), "B": frozenset()}, {"A": frozenset(now)})
    assert found == {change: ["A"]}


def test_a_change_of_many_calendars_is_told_once() -> None:
    now = {code: frozenset({off("2026-01-02")}) for code in ("A", "A-1", "A-2")}
    assert list(golden.differences({}, now).values()) == [["A", "A-1", "A-2"]]


def test_a_file_says_what_it_was_written_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golden, "FACTS", tmp_path)
    national = frozenset({off("2026-01-02"), off("2027-01-04<2027-01-02"), off("2026-05-01", "M")})
    facts = {
        "A": national,
        "A-1": national,
        "A-2": (national - {off("2026-01-02")}) | {off("2026-01-02", local_name="Fête")},
        "A-3": frozenset({off("2026-05-01", "M")}),
    }
    (golden.FACTS / "A.tsv").write_text(golden.text_of("A", facts), encoding="utf-8")
    assert golden.written_facts("A") == facts
