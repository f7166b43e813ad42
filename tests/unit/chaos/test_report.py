"""What a run writes, and a later one goes on from."""

from dataclasses import replace
from pathlib import Path

from tests.chaos.__main__ import together
from tests.chaos.faults import FAULTS
from tests.chaos.report import document, read_outcomes, table, write_outcomes
from tests.chaos.samples import OK, READ, Sample, summarise
from tests.chaos.surroundings import SURROUNDINGS
from tests.chaos.trial import Outcome

SUMMARY = summarise([Sample(READ, OK, "", 200, 100.0, 0.012, 0.001)])
OUTCOME = Outcome("valkey-kill", SUMMARY, SUMMARY, SUMMARY, 0.1, 1.25, 0.002, [])


def test_outcomes_are_read_as_they_were_written(tmp_path: Path) -> None:
    outcomes = [OUTCOME, replace(OUTCOME, name="sql-gone", broken=["lost"], shown=["seen"])]
    write_outcomes(tmp_path / "outcomes", outcomes)
    assert read_outcomes(tmp_path / "outcomes") == outcomes
    assert read_outcomes(tmp_path / "none") == []


def test_a_newer_row_takes_the_place_of_the_earlier_one() -> None:
    newer = replace(OUTCOME, recovered_after_seconds=9.0)
    other = replace(OUTCOME, name="worker-kill")
    assert together([OUTCOME], [newer, other]) == [other, newer]


def test_a_row_says_what_was_measured_and_what_was_not_kept() -> None:
    broken = replace(OUTCOME, broken=["a read took 1.20 s"], detected_after_seconds=None)
    row = table([broken]).splitlines()[-1]
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        *("valkey-kill", "1", "0", "0", "12 ms", "12 ms", "12 ms", "–", "1.2 s", "1", "0", "0"),
        "NO",
    ]


def test_the_report_names_every_fault_and_what_is_allowed_through_it() -> None:
    text = document([OUTCOME], [fault() for fault in FAULTS], "On a disk.")
    assert all(f"| {fault.name} | {fault.does} |" in text for fault in FAULTS)
    assert "Every promise was kept." in text


def test_every_fault_has_a_name_of_its_own_and_surroundings_that_exist() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.around for fault in FAULTS} <= SURROUNDINGS.keys()
