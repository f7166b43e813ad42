"""GET /api/v1/calendars, GET /api/v1/calendars/{id}, GET /api/v1/calendars/{id}/subdivisions"""

from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import NoParameters, Query, invalid, parse_query
from app.api.v1 import blueprint
from app.api.v1.calendar_details import CalendarAnswer, CalendarReference, CalendarSummary
from app.api.v1.lookup import almanac, entries_of, entry_of
from app.cache.answers import cached_for_all
from app.errors.problems import TooLarge
from app.facts.almanac import DATA_VERSION
from app.facts.catalogue import CalendarKind, CatalogueEntry
from app.limits.cost import asks_for_a_list


class CalendarsQuery(Query):
    """Which calendars to list."""

    kind: CalendarKind | None = Field(None, examples=["market"])
    country: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="A country by code or name: it, and the calendars below it.",
        examples=["DE"],
    )
    q: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="A part of an id, a code or a name, in either case, accents left out or not.",
        examples=["bayern"],
    )

    def calendars(self) -> list[CatalogueEntry]:
        """Return those that are asked for, by id. Raises InvalidQuery for an unknown country."""
        country = self._country()
        return [
            entry
            for entry in almanac().catalogue
            if (self.kind is None or entry.kind == self.kind)
            and (country is None or entry.country == country)
            and (self.q is None or almanac().names.has(entry, self.q))
        ]

    def _country(self) -> str | None:
        if self.country is None:
            return None
        named = [e for e in almanac().names.find(self.country) if e.kind == "country"]
        if len(named) != 1:
            raise invalid({"country": "must be the ISO 3166-1 code or the name of one country"})
        return named[0].id


class CalendarsAnswer(Answer):
    """The calendars asked for, by id."""

    data_version: str
    calendars: list[CalendarSummary]


class SubdivisionBody(CalendarReference):
    """One subdivision of a country."""

    id: str = Field(examples=["AT-3"])
    code: str = Field(description="Its id below the country.", examples=["3"])
    name: str = Field(examples=["Niederösterreich"])
    aliases: tuple[str, ...] = Field(
        description="Other codes and names it is found by below the country: `AT-NÖ`.",
        examples=[["NÖ", "N"]],
    )
    related: list[CalendarReference] = Field(
        description="The same territory as a country of its own: `PR` of `US-PR`.", examples=[[]]
    )

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "SubdivisionBody":
        """From the catalogue."""
        return cls(
            id=entry.id,
            code=entry.subdivision or "",
            name=entry.name,
            aliases=almanac().names.others(entry),
            related=list(map(CalendarReference.of, almanac().catalogue.related(entry))),
        )


class SubdivisionsAnswer(Answer):
    """The subdivisions of a country that have calendars, by id."""

    calendar: str = Field(examples=["AT"])
    subdivisions: list[SubdivisionBody]
    data_version: str


@blueprint.get("/calendars")
@asks_for_a_list
@documented(query=CalendarsQuery, answers=CalendarsAnswer)
@cached_for_all
def list_calendars() -> bytes:
    """List the calendars, ordered by id: all, or those of a kind, of a country, or by a name.

    Problems: invalid-query 400.
    """
    summaries = list(map(CalendarSummary.of, parse_query(CalendarsQuery).calendars()))
    return CalendarsAnswer(data_version=DATA_VERSION, calendars=summaries).to_json()


@blueprint.get("/calendars/<calendar_id>")
@documented(query=NoParameters, answers=CalendarAnswer, problems=(404, TooLarge))
@cached_for_all
def show_calendar(calendar_id: str) -> bytes:
    """Show one calendar, or what several have together: names, coverage, weekends, categories.

    Problems: invalid-query 400, unknown-calendar and ambiguous-name 404, question-too-large 422.
    """
    parse_query(NoParameters)
    entries = entries_of(calendar_id)
    if len(entries) > 1:
        return CalendarAnswer.of_joint(entries).to_json()
    return CalendarAnswer.of(entries[0]).to_json()


@blueprint.get("/calendars/<calendar_id>/subdivisions")
@asks_for_a_list
@documented(query=NoParameters, answers=SubdivisionsAnswer, problems=(404,))
@cached_for_all
def list_subdivisions(calendar_id: str) -> bytes:
    """List the subdivisions of a country with their names; none of what is no country.

    Problems: invalid-query 400, unknown-calendar and ambiguous-name 404.
    """
    parse_query(NoParameters)
    entry = entry_of(calendar_id)
    return SubdivisionsAnswer(
        calendar=entry.id,
        subdivisions=list(map(SubdivisionBody.of, almanac().catalogue.subdivisions(entry))),
        data_version=DATA_VERSION,
    ).to_json()
