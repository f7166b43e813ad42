"""What an asker may want to be different from the calendar's own rules."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from app.api.parameters import Query, invalid
from app.api.v1.lookup import calendar_of, entries_of
from app.domain.calendar import BusinessCalendar
from app.facts.year_builder import Rules

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_weekend(text: object) -> frozenset[int]:
    """Return the weekdays of ``sat,sun``, 0 for Monday; ``none`` is no day. Raises ValueError."""
    names = str(text).lower().split(",")
    if names == ["none"]:
        return frozenset()
    if not set(names) <= set(WEEKDAYS):
        raise ValueError(f"must be days of {','.join(WEEKDAYS)}, or none")
    if len(set(names)) == len(WEEKDAYS):
        raise ValueError("leaves no day to work")
    return frozenset(map(WEEKDAYS.index, names))


def parse_names(text: object) -> tuple[str, ...]:
    """Return the names of ``public,bank``, each once. Raises ValueError."""
    names = tuple(dict.fromkeys(str(text).lower().split(",")))
    if not all(names):
        raise ValueError("must be names with commas between them")
    return names


Weekend = Annotated[
    frozenset[int], BeforeValidator(parse_weekend), WithJsonSchema({"type": "string"})
]
Names = Annotated[tuple[str, ...], BeforeValidator(parse_names), WithJsonSchema({"type": "string"})]


class RulesQuery(Query):
    """The overrides that every question about business days takes."""

    weekend: Weekend | None = Field(
        None,
        description="Weekend days instead of the calendar's own: `fri,sat`, or `none`.",
        examples=["sat,sun"],
    )
    categories: Names | None = Field(
        None,
        description="Categories that close business, instead of the calendar's own.",
        examples=["public"],
    )

    def calendar_of(self, calendar_id: str) -> BusinessCalendar:
        """Return the calendar with these rules.

        Raises UnknownCalendar, QuestionTooLarge, and InvalidQuery for a category that a member
        does not have.
        """
        if self.categories is None and self.weekend is None:
            return calendar_of(calendar_id)
        for entry in entries_of(calendar_id):
            unknown = set(self.categories or ()) - set(entry.categories)
            if unknown:
                has = ", ".join(entry.categories)
                raise invalid({"categories": f"{', '.join(sorted(unknown))}: {entry.id} has {has}"})
        return calendar_of(calendar_id, Rules(self.categories, self.weekend))
