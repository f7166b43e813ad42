"""GET /api/v1/calendars, GET /api/v1/calendars/{id}"""

import unicodedata
from datetime import date

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import NoParameters, Query, parse_query
from app.api.v1 import blueprint
from app.api.v1.lookup import almanac, entry_of
from app.cache.answers import cached_for_all
from app.facts.almanac import DATA_VERSION
from app.facts.catalogue import CalendarKind, CatalogueEntry
from app.facts.year_builder import closing_categories


class CalendarSummary(Answer):
    """One calendar in the list."""

    id: str = Field(examples=["DE-BY"])
    kind: CalendarKind = Field(examples=["subdivision"])
    name: str = Field(examples=["Bayern"])
    country: str | None = Field(
        description="ISO 3166-1 alpha-2; null for a market.", examples=["DE"]
    )

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "CalendarSummary":
        """From the catalogue."""
        return cls(id=entry.id, kind=entry.kind, name=entry.name, country=entry.country or None)


class CalendarsQuery(Query):
    """Which calendars to list."""

    kind: CalendarKind | None = Field(None, examples=["market"])
    q: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="A part of the id or the name, in either case, accents left out or not.",
        examples=["bayern"],
    )

    def takes(self, entry: CatalogueEntry) -> bool:
        """True when ``entry`` is asked for."""
        if self.kind is not None and entry.kind != self.kind:
            return False
        text = f"{entry.id}\n{entry.name}"
        return self.q is None or _plain(self.q) in _plain(text)


def _plain(text: str) -> str:
    """Letters without their accents, in lower case: as one types a name one has only heard."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


class CalendarsAnswer(Answer):
    """The calendars asked for, by id."""

    data_version: str
    calendars: list[CalendarSummary]


class Coverage(Answer):
    """The dates a calendar has facts for, both ends included."""

    from_: date = Field(alias="from")
    to: date


class CalendarAnswer(CalendarSummary):
    """One calendar."""

    local_language: str = Field(
        description="Locale that `local_name` is in, as gettext writes it.", examples=["de"]
    )
    coverage: Coverage
    categories: tuple[str, ...] = Field(description="Those it has days of.", examples=[["public"]])
    closing_categories: tuple[str, ...] = Field(
        description="Those that close business unless others are asked for.", examples=[["public"]]
    )
    subdivisions: list[str] = Field(description="Ids of the calendars below this one.")
    data_version: str


@blueprint.get("/calendars")
@documented(query=CalendarsQuery, answers=CalendarsAnswer)
@cached_for_all
def list_calendars() -> bytes:
    """List the calendars, ordered by id: all of them, or those of a kind or by a name."""
    query = parse_query(CalendarsQuery)
    found = (entry for entry in almanac().catalogue if query.takes(entry))
    summaries = [CalendarSummary.of(entry) for entry in found]
    return CalendarsAnswer(data_version=DATA_VERSION, calendars=summaries).to_json()


@blueprint.get("/calendars/<calendar_id>")
@documented(query=NoParameters, answers=CalendarAnswer, problems=(404,))
@cached_for_all
def show_calendar(calendar_id: str) -> bytes:
    """Show one calendar.

    Problems: invalid-query 400, unknown-calendar 404.
    """
    parse_query(NoParameters)
    entry = entry_of(calendar_id)
    below = [other.id for other in almanac().catalogue if _is_below(other, entry)]
    return CalendarAnswer(
        id=entry.id,
        kind=entry.kind,
        name=entry.name,
        country=entry.country or None,
        local_language=entry.local_language,
        coverage=Coverage(from_=entry.first, to=entry.last),
        categories=entry.categories,
        closing_categories=closing_categories(entry),
        subdivisions=below,
        data_version=DATA_VERSION,
    ).to_json()


def _is_below(other: CatalogueEntry, entry: CatalogueEntry) -> bool:
    is_country = entry.subdivision is None
    return is_country and other.country == entry.country and other.subdivision is not None
