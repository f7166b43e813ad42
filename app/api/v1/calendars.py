"""GET /api/v1/calendars, GET /api/v1/calendars/{id}"""

from datetime import date

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import NoParameters, parse_query
from app.api.v1 import blueprint
from app.api.v1.lookup import almanac, entry_of
from app.cache.answers import cached
from app.facts.almanac import DATA_VERSION
from app.facts.catalogue import CatalogueEntry


class CalendarSummary(Answer):
    """One calendar in the list."""

    id: str = Field(examples=["DE-BY"])
    kind: str = Field(description="`country` or `subdivision`.", examples=["subdivision"])
    name: str = Field(examples=["Bayern"])
    country: str = Field(description="ISO 3166-1 alpha-2.", examples=["DE"])

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "CalendarSummary":
        """From the catalogue."""
        return cls(id=entry.id, kind=entry.kind, name=entry.name, country=entry.country)


class CalendarsAnswer(Answer):
    """Every calendar, by id."""

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
    subdivisions: list[str] = Field(description="Ids of the calendars below this one.")
    data_version: str


@blueprint.get("/calendars")
@documented(query=NoParameters, answers=CalendarsAnswer)
@cached
def list_calendars() -> bytes:
    """List every calendar, ordered by id."""
    parse_query(NoParameters)
    summaries = [CalendarSummary.of(entry) for entry in almanac().catalogue]
    return CalendarsAnswer(data_version=DATA_VERSION, calendars=summaries).to_json()


@blueprint.get("/calendars/<calendar_id>")
@documented(query=NoParameters, answers=CalendarAnswer, problems=(404,))
@cached
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
        country=entry.country,
        local_language=entry.local_language,
        coverage=Coverage(from_=entry.first, to=entry.last),
        subdivisions=below,
        data_version=DATA_VERSION,
    ).to_json()


def _is_below(other: CatalogueEntry, entry: CatalogueEntry) -> bool:
    is_country = entry.subdivision is None
    return is_country and other.country == entry.country and other.subdivision is not None
