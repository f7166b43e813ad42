"""GET /api/v1/audit-log"""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from pydantic import BeforeValidator, Field

from app.api.documented import documented
from app.api.parameters import ISO_DATE, Integer, Query, parse_date, parse_query
from app.api.v1.admin import blueprint
from app.api.v1.admin.bodies import AuditLogAnswer, EntryAnswer
from app.api.v1.admin.clients import MAX_PAGE, PAGE, ClientId, PageSize
from app.auth import audit
from app.auth.scopes import ADMIN_SCOPE
from app.store import store


def parse_instant(text: object) -> datetime:
    """Return the instant of ``2026-11-21T16:00:00Z``, or the start in UTC of a date.

    Raises ValueError for anything else; a time needs its offset.
    """
    if isinstance(text, str) and ISO_DATE.fullmatch(text):
        day = parse_date(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        instant = datetime.fromisoformat(str(text))
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be a date, or a time with its offset, as 2026-11-21T16:00:00Z")


Instant = Annotated[datetime, BeforeValidator(parse_instant)]


class AuditLogQuery(Query):
    """Which entries, and which page of them."""

    client: ClientId | None = Field(
        None, description="What was done to this client.", examples=["acme"]
    )
    from_: Instant | None = Field(
        None, alias="from", description="From this instant on.", examples=["2026-11-21T16:00:00Z"]
    )
    to: Instant | None = Field(
        None, description="Until just before this instant.", examples=["2026-11-22"]
    )
    after: Integer = Field(0, ge=0, description="The last id of the page before.")
    limit: PageSize = Field(PAGE, description=f"Entries on a page, 1 to {MAX_PAGE}.")


@blueprint.get("/audit-log")
@documented(
    query=AuditLogQuery,
    answers=AuditLogAnswer,
    problems=(503,),
    conditional=False,
    scope=ADMIN_SCOPE,
    tag="clients",
)
def list_entries() -> Response:
    """List who changed what, the oldest first, a page at a time."""
    query = parse_query(AuditLogQuery)
    found = audit.entries(
        store().sql,
        subject=query.client,
        start=query.from_,
        end=query.to,
        after=query.after,
        limit=query.limit + 1,
    )
    page = [EntryAnswer.of(entry) for entry in found[: query.limit]]
    next_after = page[-1].id if len(found) > query.limit else None
    answer = AuditLogAnswer(entries=page, next_after=next_after)
    return Response(answer.to_json(), content_type="application/json")
