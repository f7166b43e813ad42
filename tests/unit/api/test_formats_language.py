"""What is written does not depend on the locale or the time zone of the process."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from datetime import date
from app.api.formats.icalendar_feed import to_icalendar
from app.api.formats.spreadsheet import to_csv
from app.facts.almanac import Almanac
from app.facts.languages import NO_PREFERENCE, Preference, languages_for
almanac = Almanac()
def shown_to(reader):
    def shown(code, day):
        entry = almanac.catalogue.find(code)
        languages = languages_for(entry, reader)
        return almanac.display_names.of(entry, languages, day.local_name, day.categories, [2026])
    return shown
for code in ("DE", "JP", "TH", "TR", "US"):
    calendar = almanac.calendar(almanac.catalogue.find(code))
    days = list(calendar.year(2026).days_off())
    for reader in (NO_PREFERENCE, Preference(("th",)), Preference(("de",))):
        sys.stdout.buffer.write(to_icalendar(code, {code: days}, shown_to(reader)))
    sys.stdout.buffer.write(to_csv(["a", "b"], [[day.name, day.local_name] for day in days]))
"""


def written_under(**environment: str) -> bytes:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def under_nothing() -> bytes:
    return written_under()


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C"},
        {"LANG": "C.UTF-8", "TZ": "Pacific/Auckland"},
        {"LANG": "th_TH.UTF-8", "LANGUAGE": "th", "TZ": "America/Los_Angeles"},
    ],
    ids=["C", "C.UTF-8", "th"],
)
def test_the_bytes_are_the_same_wherever_they_are_written(
    environment: dict[str, str], under_nothing: bytes
) -> None:
    assert written_under(**environment) == under_nothing
    assert under_nothing.count(b"BEGIN:VEVENT") > 150
    assert "SUMMARY;LANGUAGE=en-US:New Year's Day" in under_nothing.decode()
    assert "SUMMARY;LANGUAGE=de:Neujahr" in under_nothing.decode()
    assert "SUMMARY;LANGUAGE=th:วันขึ้นปีใหม่" in under_nothing.decode()
