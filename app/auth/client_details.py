"""A client as an administrator sees it, read from its row and those of its secrets."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.auth.clients import CLIENT_ID
from app.errors.administration import UnknownClient
from app.store.models import ClientRow, ClientSecretRow


@dataclass(frozen=True, slots=True)
class SecretDetails:
    """A live secret. ends_at: None until it is ended."""

    id: str
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClientDetails:
    """A client as an administrator sees it. secrets: the live ones, the oldest first."""

    id: str
    name: str
    plan: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    disabled_at: datetime | None
    secrets: tuple[SecretDetails, ...]

    @property
    def version(self) -> str:
        """Another after each change that an administrator can make."""
        said = (self.name, self.plan, self.scopes, self.disabled_at, self.secrets)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client, and the secret that it was just given: nobody can be told it again."""

    client: ClientDetails
    secret_id: str
    secret: str


def existing(session: Session, client_id: str, *, for_update: bool = False) -> ClientRow:
    """Return the row of the client, locked when it is to be changed. Raises UnknownClient."""
    row = None
    if CLIENT_ID.fullmatch(client_id):
        row = session.get(ClientRow, client_id, with_for_update=for_update)
    if row is None:
        raise UnknownClient("No client has that id; GET /api/v1/clients lists all.")
    return row


def details_of(session: Session, row: ClientRow, now: datetime) -> ClientDetails:
    """Return the client of ``row`` with the secrets that are live ``now``."""
    return _described(row, live_secrets(session, [row.id], now))


def page_of_details(session: Session, after: str, limit: int, now: datetime) -> list[ClientDetails]:
    """Return up to ``limit`` clients, from the first whose id comes later than ``after``.

    In the order of the bytes of ids, which is one order in every database.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    by_id: ColumnElement[str] = ClientRow.id.collate("BINARY" if is_sqlite else "C")
    rows = session.scalars(select(ClientRow).where(by_id > after).order_by(by_id).limit(limit))
    clients = rows.all()
    secrets = live_secrets(session, [row.id for row in clients], now)
    of_client: dict[str, list[ClientSecretRow]] = {row.id: [] for row in clients}
    for secret in secrets:
        of_client[secret.client_id].append(secret)
    return [_described(row, of_client[row.id]) for row in clients]


def live_secrets(
    session: Session, client_ids: Sequence[str], now: datetime
) -> Sequence[ClientSecretRow]:
    """Return the secrets of those clients that are live ``now``, the oldest first."""
    statement = (
        select(ClientSecretRow)
        .where(
            ClientSecretRow.client_id.in_(client_ids),
            or_(ClientSecretRow.ends_at.is_(None), ClientSecretRow.ends_at > now),
        )
        .order_by(ClientSecretRow.created_at, ClientSecretRow.id)
    )
    return session.scalars(statement).all()


def _described(row: ClientRow, secrets: Sequence[ClientSecretRow]) -> ClientDetails:
    return ClientDetails(
        row.id,
        row.name,
        row.plan,
        tuple(row.scopes.split()),
        row.created_at,
        row.last_used_at,
        row.disabled_at,
        tuple(SecretDetails(each.id, each.created_at, each.ends_at) for each in secrets),
    )
