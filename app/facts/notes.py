"""What has to be said about a calendar so that its answers are not misunderstood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.facts.catalogue import CatalogueEntry
from app.facts.decrees import decree_of, last_decreed_year


@dataclass(frozen=True, slots=True)
class Note:
    """code: for machines, one word; text: an English sentence or two.

    first: the first date that it is about.
    """

    code: str
    text: str
    first: date = date.min


NO_POPULATION = Note(
    "no_population",
    "The territory has no permanent population, and no holidays: every list of them is empty.",
)
NOTES = {
    "BV": NO_POPULATION,
    "HM": NO_POPULATION,
    "IO": NO_POPULATION,
    # Source: https://zakon.rada.gov.ua/laws/show/2136-20, as cited by holidays.countries.ukraine,
    # which applies it from its date; read 2026-11-21.
    "UA": Note(
        "martial_law",
        "Holidays are not days off while martial law lasts: Law 2136-IX of 15 March 2022, "
        "article 6, suspends article 73 of the Labour Code. They are in the category `workday`.",
        date(2022, 3, 15),
    ),
}
"""By country: what is said of one holds for its subdivisions."""


def notes_on(entry: CatalogueEntry, last: date) -> Iterator[Note]:
    """Yield what has to be said about the dates of ``entry`` up to ``last``, included."""
    note = NOTES.get(entry.country)
    if note is not None and note.first <= last:
        yield note
    decree, decreed_to = decree_of(entry), last_decreed_year(entry)
    if decree is not None and decreed_to is not None and decreed_to < last.year:
        yield Note(
            "awaiting_decree",
            f"Each year {decree.text}. The facts hold this up to {decreed_to}: days of later years "
            "may still change, ordinary days among them.",
            date(decreed_to + 1, 1, 1),
        )
