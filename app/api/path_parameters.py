"""What stands in a path, each name once: what it means, an example that is asked, its schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A name between braces in a path of the OpenAPI document."""

    description: str
    example: str | int
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "minLength": 1})


PATH_PARAMETERS = {
    "calendar_id": PathParameter(
        "A calendar by code or name: `SE`, `SWE`, `Sweden`; `DE-BY`, `DE-Bayern`; `XNYS`, `NYSE`; "
        "joint: `SE+NO+XLON`. The answer has its id. A name that several have is a 404 that lists "
        "them. A country has its national days, without those of some subdivisions alone.",
        "SE",
    ),
    "date": PathParameter(
        "A date as `YYYY-MM-DD`.", "2026-06-19", {"type": "string", "format": "date"}
    ),
    "slug": PathParameter("The last part of the `type` of a problem.", "invalid-query"),
    "country_code": PathParameter("ISO 3166-1 code of a country: `DE`; in either case.", "DE"),
    "year": PathParameter(
        "A year that the country has facts for.",
        2026,
        {"type": "integer", "minimum": 1, "maximum": 9999},
    ),
    "iso_code": PathParameter(
        "ISO 3166 code of a country or a subdivision: `DE`, `DE-BY`; in either case.", "DE-BY"
    ),
    "client_id": PathParameter("Id of a client.", "acme"),
    "secret_id": PathParameter("Id of a secret, which the client's page lists.", "9f86d081"),
    "offset": PathParameter(
        "Hours ahead of UTC, -12 to 12.", 1, {"type": "integer", "minimum": -12, "maximum": 12}
    ),
}
