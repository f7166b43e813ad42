"""The audit log: who changed what, when and from where. It can only grow."""

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.guard import current_identity
from app.observability.request_id import current_request_id
from app.store.models import AuditRow
from app.store.sql_gateway import SqlGateway

POSTGRESQL_LOCK = 7241983


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the id of a client, or ``cli:`` and a user of the system; from where, and in which
    request.
    """

    name: str
    address: str | None = None
    request_id: str | None = None

    @classmethod
    def of_request(cls) -> "Actor":
        """The client of the current request. It must be a guarded one."""
        identity = current_identity()
        if identity is None:
            raise RuntimeError("a public route has no actor")
        return cls(identity.client_id, request.remote_addr, current_request_id())

    @classmethod
    def of_command_line(cls) -> "Actor":
        """The user of the system who runs a command; its number where it has no name."""
        try:
            user = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            user = str(os.getuid())
        return cls(f"cli:{user}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log. subject: the client, or whatever else, that was acted upon."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    address: str | None
    request_id: str | None
    details: Mapping[str, Any]


def record(
    session: Session, actor: Actor, action: str, subject: str, details: Mapping[str, Any]
) -> None:
    """Add an entry, in the transaction of the change itself: there is neither without the other.

    action: what was done, as ``client.created``. details: what JSON can say, and never a secret.
    To be called last in a transaction: on PostgreSQL those that record wait for each other from
    here on, so that ids are in the order in which entries appear, and a reader misses none.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(POSTGRESQL_LOCK)))
    session.add(
        AuditRow(
            at=datetime.now(UTC),
            actor=actor.name,
            action=action,
            subject=subject,
            address=actor.address,
            request_id=actor.request_id,
            details=dict(details),
        )
    )
    session.flush()


def entries(
    sql: SqlGateway,
    *,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Entry]:
    """Return up to ``limit`` entries with ids greater than ``after``, the oldest first.

    start is included, end is not. Raises DependencyDown.
    """
    statement = select(AuditRow).where(AuditRow.id > after).order_by(AuditRow.id).limit(limit)
    if subject is not None:
        statement = statement.where(AuditRow.subject == subject)
    if start is not None:
        statement = statement.where(AuditRow.at >= start)
    if end is not None:
        statement = statement.where(AuditRow.at < end)
    rows = sql.call(lambda session: session.scalars(statement).all())
    return [
        Entry(
            row.id,
            row.at,
            row.actor,
            row.action,
            row.subject,
            row.address,
            row.request_id,
            row.details,
        )
        for row in rows
    ]
