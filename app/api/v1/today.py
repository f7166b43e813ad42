"""Answers that depend on what day it is: read in a time zone, and never kept beyond the day."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Response
from pydantic import BeforeValidator, Field, WithJsonSchema

from app.api.clock import today_in
from app.api.parameters import Query
from app.api.v1.display import Display, LanguageQuery
from app.api.v1.rules import RulesQuery
from app.cache.answers import respond


def parse_zone(text: object) -> ZoneInfo:
    """Return the zone of an IANA name such as ``Pacific/Auckland``. Raises ValueError."""
    try:
        return ZoneInfo(str(text))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be an IANA time zone such as Pacific/Auckland") from error


Zone = Annotated[ZoneInfo, BeforeValidator(parse_zone), WithJsonSchema({"type": "string"})]


class TodayQuery(Query):
    """Where it is today."""

    tz: Zone = Field(
        ZoneInfo("UTC"),
        description="IANA time zone that says what day it is.",
        examples=["Pacific/Auckland"],
        json_schema_extra={"default": "UTC"},
    )

    @property
    def today(self) -> date:
        """The date there."""
        return today_in(self.tz)


class TodayRulesQuery(TodayQuery, RulesQuery, LanguageQuery):
    """Where it is today, with which rules, and in which language to name holidays."""


def respond_for_today(body: bytes, display: Display) -> Response:
    """Return an answer that its client asks for again each time: at midnight it is another."""
    response = respond(body)
    response.cache_control.max_age = 0
    return display.label(response)
