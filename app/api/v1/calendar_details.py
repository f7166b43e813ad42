"""All that is known of one calendar, single or joint, before a question is asked of it."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from app.api.bodies import Answer
from app.api.v1.coverage import Coverage
from app.api.v1.lookup import almanac
from app.api.v1.notes import NoteBody, notes_of
from app.api.v1.rules import WEEKDAYS
from app.domain.joint import join
from app.facts.almanac import DATA_VERSION
from app.facts.catalogue import CalendarKind, CatalogueEntry
from app.facts.languages import languages_of
from app.facts.weekends import WeekendPeriod, joint_weekends, weekends
from app.facts.year_builder import HALF_DAY, closing_categories


class CalendarSummary(Answer):
    """One calendar in a list."""

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


class CalendarReference(Answer):
    """Another calendar, by the id to ask it by."""

    id: str = Field(examples=["DE"])
    name: str = Field(examples=["Germany"])

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "CalendarReference":
        """From the catalogue."""
        return cls(id=entry.id, name=entry.name)


class Weekend(Answer):
    """The weekend in force from one date to another, both included."""

    from_: date = Field(alias="from", examples=["2013-06-28"])
    to: date = Field(examples=["2100-12-31"])
    days: tuple[str, ...] = Field(
        description="The weekdays off each week.", examples=[["fri", "sat"]]
    )
    alternating_days: tuple[str, ...] = Field(
        description="Weekdays off in some of the weeks, as two Saturdays a month were in Taiwan.",
        examples=[[]],
    )

    @classmethod
    def of(cls, period: WeekendPeriod) -> "Weekend":
        """From the facts."""
        return cls(
            from_=period.first,
            to=period.last,
            days=_weekday_names(period.weekdays),
            alternating_days=_weekday_names(period.alternating),
        )


class CalendarAnswer(Answer):
    """One calendar. A joint one says what its members have together."""

    id: str = Field(examples=["DE-BY"])
    kind: CalendarKind | Literal["joint"] = Field(examples=["subdivision"])
    name: str = Field(examples=["Bayern"])
    country: str | None = Field(
        description="ISO 3166-1 alpha-2; null for a market and a joint calendar.", examples=["DE"]
    )
    aliases: tuple[str, ...] = Field(
        description="Other codes and names it is found by; of a subdivision, below its country.",
        examples=[["NÖ", "N"]],
    )
    parent: CalendarReference | None = Field(description="The country of a subdivision.")
    subdivisions: list[CalendarReference] = Field(
        description="The calendars below a country, by id."
    )
    related: list[CalendarReference] = Field(
        description=(
            "Of a territory that is a country of its own and a subdivision of another, as `PR` and "
            "`US-PR`: its calendar under the other code."
        )
    )
    members: list[CalendarSummary] = Field(
        description="Of a joint calendar, in the order asked for, each once; else empty."
    )
    local_language: str | None = Field(
        description=(
            "Locale that `local_name` is in, as gettext writes it; null for a joint calendar: each "
            "member has its own."
        ),
        examples=["de"],
    )
    languages: tuple[str, ...] = Field(
        description="BCP 47: those it has names in; of a joint calendar, those all members have.",
        examples=[["de", "en-US", "th", "uk"]],
    )
    coverage: Coverage
    weekend: list[Weekend] = Field(
        description=(
            "Its weekends in order, without a gap from the first date covered to the last. Of a "
            "joint calendar: off in one member is off."
        )
    )
    categories: tuple[str, ...] = Field(
        description="Those it has days of; of a joint calendar, those all members have.",
        examples=[["public"]],
    )
    closing_categories: tuple[str, ...] = Field(
        description=(
            "Those that close business unless others are asked for; of a joint calendar, each "
            "member its own among them."
        ),
        examples=[["public"]],
    )
    has_half_days: bool = Field(
        description="Whether it knows days, or some member does, on which business closes early."
    )
    notes: list[NoteBody]
    data_version: str

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "CalendarAnswer":
        """One calendar, from the catalogue."""
        catalogue = almanac().catalogue
        parent = catalogue.parent(entry)
        calendar = almanac().calendar(entry)
        return cls(
            id=entry.id,
            kind=entry.kind,
            name=entry.name,
            country=entry.country or None,
            aliases=almanac().names.others(entry),
            parent=CalendarReference.of(parent) if parent else None,
            subdivisions=list(map(CalendarReference.of, catalogue.subdivisions(entry))),
            related=list(map(CalendarReference.of, catalogue.related(entry))),
            members=[],
            local_language=entry.local_language,
            languages=languages_of(entry),
            coverage=Coverage.of(calendar),
            weekend=list(map(Weekend.of, weekends(entry))),
            categories=entry.categories,
            closing_categories=closing_categories(entry),
            has_half_days=HALF_DAY in entry.categories,
            notes=notes_of(calendar, calendar.last),
            data_version=DATA_VERSION,
        )

    @classmethod
    def of_joint(cls, entries: Sequence[CatalogueEntry]) -> "CalendarAnswer":
        """Several calendars together, as ``app.domain.joint`` joins them."""
        joint = join([almanac().calendar(entry) for entry in entries])
        return cls(
            id=joint.id,
            kind="joint",
            name=", ".join(entry.name for entry in entries),
            country=None,
            aliases=(),
            parent=None,
            subdivisions=[],
            related=[],
            members=list(map(CalendarSummary.of, entries)),
            local_language=None,
            languages=_common([languages_of(entry) for entry in entries]),
            coverage=Coverage.of(joint),
            weekend=list(map(Weekend.of, joint_weekends(entries, joint.first, joint.last))),
            categories=_common([entry.categories for entry in entries]),
            closing_categories=tuple(
                dict.fromkeys(name for entry in entries for name in closing_categories(entry))
            ),
            has_half_days=any(HALF_DAY in entry.categories for entry in entries),
            notes=notes_of(joint, joint.last),
            data_version=DATA_VERSION,
        )


def _common(names: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name in names[0] if all(name in others for others in names[1:]))


def _weekday_names(weekdays: frozenset[int]) -> tuple[str, ...]:
    return tuple(WEEKDAYS[weekday] for weekday in sorted(weekdays))
