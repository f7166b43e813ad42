"""flask audit-log: who changed what."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from app.api.v1.admin.audit_log import parse_instant
from app.api.v1.admin.bodies import EntryAnswer
from app.auth import audit
from app.cli.refusals import in_words
from app.store import store

PAGE = 500


def _instant(_context: object, _parameter: object, text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_instant(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("audit-log")
@click.option("--client", help="What was done to this client.")
@click.option("--from", "start", callback=_instant, help="2026-11-21, or 2026-11-21T16:00:00Z.")
@click.option("--to", "end", callback=_instant, help="Until just before this instant.")
@with_appcontext
@in_words
def audit_log(client: str | None, start: datetime | None, end: datetime | None) -> None:
    """Print the entries, the oldest first, one JSON object a line."""
    after = 0
    while page := audit.entries(
        store().sql, subject=client, start=start, end=end, after=after, limit=PAGE
    ):
        for entry in page:
            click.echo(EntryAnswer.of(entry).to_json())
        after = page[-1].id
