"""Names do not depend on the locale of the process."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
from datetime import date
from app.facts.almanac import Almanac
from app.facts.languages import Preference, languages_for
almanac = Almanac()
reader = Preference(("fr",))
for entry in almanac.catalogue:
    if entry.kind == "country" and entry.first.year <= 2026 <= entry.last.year:
        found = almanac.holidays(almanac.calendar(entry), date(2026, 1, 1), date(2026, 12, 31))
        print(entry.id, [(str(h.date), h.name, h.local_name) for h in found])
        languages = languages_for(entry, reader)
        print([almanac.display_names.of(entry, languages, h.local_name, h.categories, [h.date.year])
               for h in found])
"""


def names_under(**locale: str) -> str:
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **locale}
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def under_no_locale() -> str:
    return names_under()


@pytest.mark.parametrize(
    "locale",
    [{"LANG": "C"}, {"LANG": "C.UTF-8"}, {"LANG": "th_TH.UTF-8", "LANGUAGE": "th"}],
    ids=["C", "C.UTF-8", "th"],
)
def test_names_are_the_same_under_any_locale(locale: dict[str, str], under_no_locale: str) -> None:
    assert names_under(**locale) == under_no_locale
    assert "Neujahr" in under_no_locale
    assert "DisplayName(text='Jour de l'an', language='fr')" in under_no_locale.replace('"', "'")
