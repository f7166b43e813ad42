"""The clients: made by an operator, found and verified when they ask for a token."""

import hashlib
import hmac
import json
import re
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.store import Store
from app.store.breaker import DependencyDown
from app.store.models import ClientRow

CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
REMEMBERED_SECONDS = 3600
DEFAULT_PLAN = "standard"
NO_SECRET = "0" * 64  # The hash of nothing: what an unknown client is compared with.


class ClientExists(Exception):
    """A client has that id already."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client as the token endpoint needs it. plan: the name of its plan."""

    id: str
    secret_sha256: str
    scopes: tuple[str, ...]
    plan: str
    is_disabled: bool


class ClientDirectory:
    """Finds clients in SQL, and in Redis those seen within the hour.

    Failure policy: while SQL is down a client seen in the last hour is known from Redis; any other
    cannot be judged, and DependencyDown says so. While Redis is down nothing is remembered.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(
        self, client_id: str, name: str, scopes: tuple[str, ...], plan: str = DEFAULT_PLAN
    ) -> str:
        """Add a client and return its secret, which is stored nowhere.

        Raises ValueError for an id that is not 1 to 64 letters, digits, dots, dashes or
        underscores; ClientExists; DependencyDown.
        """
        if not CLIENT_ID.fullmatch(client_id):
            raise ValueError("an id is 1 to 64 letters, digits, dots, dashes or underscores")
        secret = secrets.token_urlsafe(32)
        row = ClientRow(
            id=client_id,
            name=name,
            secret_sha256=_sha256(secret),
            scopes=" ".join(scopes),
            plan=plan,
            created_at=datetime.now(UTC),
        )

        def insert(session: Session) -> None:
            if session.get(ClientRow, client_id) is not None:
                raise ClientExists(client_id)
            session.add(row)

        self._store.sql.call(insert)
        return secret

    def renew_secret(self, client_id: str) -> str:
        """End the secret of the client, and return its new one.

        Where Redis cannot be told, it takes the old one for right for the rest of its hour, should
        SQL be down then. Raises DependencyDown.
        """
        secret = secrets.token_urlsafe(32)
        statement = (
            update(ClientRow).where(ClientRow.id == client_id).values(secret_sha256=_sha256(secret))
        )
        self._store.sql.call(lambda session: session.execute(statement))
        with suppress(DependencyDown):
            self._store.redis.call(lambda redis: redis.delete(_key(client_id)))
        return secret

    def name_of(self, client_id: str) -> str | None:
        """Return who the client is; None where it is gone, or SQL is down."""
        try:
            row = self._store.sql.call(lambda session: session.get(ClientRow, client_id))
        except DependencyDown:
            return None
        return row.name if row else None

    def verify(self, client_id: str, secret: str) -> Client | None:
        """Return the client when the secret is its own and it may ask; else None.

        Raises DependencyDown. An unknown client takes the same way as a wrong secret.
        """
        client = self._find(client_id)
        stored = client.secret_sha256 if client else NO_SECRET
        is_right = hmac.compare_digest(stored, _sha256(secret))
        return client if client and is_right and not client.is_disabled else None

    def _find(self, client_id: str) -> Client | None:
        if not CLIENT_ID.fullmatch(client_id):
            return None
        try:
            row = self._store.sql.call(lambda session: session.get(ClientRow, client_id))
        except DependencyDown:
            if (remembered := self._recall(client_id)) is not None:
                return remembered
            raise
        if row is None:
            return None
        client = Client(
            row.id,
            row.secret_sha256,
            tuple(row.scopes.split()),
            row.plan,
            row.disabled_at is not None,
        )
        self._remember(client)
        return client

    def _remember(self, client: Client) -> None:
        record = json.dumps(asdict(client))
        try:
            self._store.redis.call(
                lambda redis: redis.set(_key(client.id), record, ex=REMEMBERED_SECONDS)
            )
        except DependencyDown:
            return  # Remembering is for the day SQL is down; today it answered.

    def _recall(self, client_id: str) -> Client | None:
        try:
            record = self._store.redis.call(lambda redis: redis.get(_key(client_id)))
        except DependencyDown:
            return None
        if record is None:
            return None
        fields = json.loads(record)
        return Client(**{**fields, "scopes": tuple(fields["scopes"])})


def _key(client_id: str) -> str:
    return f"fasti:client:{client_id}"


def _sha256(secret: str) -> str:
    """Enough for 256 random bits: there is no dictionary to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()
