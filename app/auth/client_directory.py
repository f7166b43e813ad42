"""Who a client is at present: found by its secret, or by the id in a token."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.client_secrets import SecretHash, is_among
from app.auth.clients import CLIENT_ID, Client, client_of
from app.auth.last_use import LastUse
from app.auth.remembered_clients import RememberedClients
from app.store import Store
from app.store.breaker import DependencyDown
from app.store.models import ClientRow, ClientSecretRow

NEWS_TOPIC = "client"
KEPT_CLIENTS = 10_000  # Some 5 MB of a worker, when so many ask it.
CLIENTS_AT_ONCE = 500  # In one question to the database, when a worker catches up.


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a worker knows of a client. client: None where there is none of that id, as far as is
    known. is_settled: False when SQL is to be asked again as soon as it answers.
    """

    client: Client | None
    is_settled: bool


class ClientDirectory:
    """Finds clients in SQL, and keeps those whose tokens come in a bounded memory of the worker.

    What is kept is looked up again when the bulletin tells of a change. Failure policy: while SQL
    is down what is kept holds; who is not kept is taken as Redis remembers it; of any other client
    DependencyDown says that it cannot be judged.
    """

    def __init__(
        self,
        store: Store,
        remembered: RememberedClients,
        last_use: LastUse,
        kept_clients: int = KEPT_CLIENTS,
    ) -> None:
        self._store = store
        self._remembered = remembered
        self._last_use = last_use
        self._kept_clients = kept_clients
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._news = 0
        self._lock = threading.Lock()
        store.bulletin.subscribe(NEWS_TOPIC, self.on_news, self.catch_up)

    def verify(self, client_id: str, secret: str) -> Client | None:
        """Return the client when the secret is one of its own and it may ask; else None.

        An unknown client takes the same way as a wrong secret: one question to SQL, two comparisons
        of hashes, and nothing after them. While SQL is down only what Redis remembers can be found
        right; anything else may be right all the same, and raises DependencyDown.
        """
        if not CLIENT_ID.fullmatch(client_id):
            return None
        now = datetime.now(UTC)
        try:
            client, secrets = self._store.sql.call(lambda session: _read(session, client_id))
        except DependencyDown:
            remembered = self._remembered.recall(client_id)
            secrets = remembered.secrets if remembered else ()
            is_right = is_among(secret, secrets, now)
            if remembered is None or not is_right or remembered.client.is_disabled:
                raise
            return remembered.client
        is_right = is_among(secret, secrets, now)
        if client is None or not is_right or client.is_disabled:
            return None
        self._remembered.remember(client, secrets)
        self._last_use.note(client.id)
        return client

    def current(self, client_id: str) -> Client | None:
        """Return the client of that id as it is at present; None when there is none.

        A look into the memory of the worker, except for the first time and after a change. Raises
        DependencyDown when it was never known and cannot be asked for.
        """
        with self._lock:
            kept = self._kept.get(client_id)
            if kept is not None:
                self._kept.move_to_end(client_id)
        if kept is None or not (kept.is_settled or self._store.sql.breaker.is_open):
            kept = self._look_up(client_id)
        if kept.client is None and not kept.is_settled:
            raise DependencyDown(self._store.sql.breaker.dependency)
        return kept.client

    def name_of(self, client_id: str) -> str | None:
        """Return who the client is; None where it is gone, or SQL is down."""
        try:
            row = self._store.sql.call(lambda session: session.get(ClientRow, client_id))
        except DependencyDown:
            return None
        return row.name if row else None

    def on_news(self, client_id: str) -> None:
        """Look the client up again, if it is kept. Called by the thread that hears the bulletin."""
        with self._lock:
            self._news += 1
            kept = self._kept.get(client_id)
            if kept is None:
                return
            self._kept[client_id] = _Kept(kept.client, is_settled=False)
        self._look_up(client_id)

    def catch_up(self) -> None:
        """Look up all that is kept. Raises DependencyDown, and what is kept holds."""
        with self._lock:
            client_ids = list(self._kept)
            news = self._news
        for start in range(0, len(client_ids), CLIENTS_AT_ONCE):
            asked = client_ids[start : start + CLIENTS_AT_ONCE]
            statement = select(ClientRow).where(ClientRow.id.in_(asked))
            rows = self._store.sql.call(
                lambda session, statement=statement: session.scalars(statement).all()  # type: ignore[misc]
            )
            found = {row.id: client_of(row) for row in rows}
            for client_id in asked:
                self._keep(client_id, _Kept(found.get(client_id), is_settled=True), news)

    def _look_up(self, client_id: str) -> _Kept:
        with self._lock:
            news = self._news
            before = self._kept.get(client_id)
        try:
            row = self._store.sql.call(lambda session: session.get(ClientRow, client_id))
            found = _Kept(client_of(row) if row else None, is_settled=True)
        except DependencyDown:
            if before is not None:
                return before
            remembered = self._remembered.recall(client_id)
            found = _Kept(remembered.client if remembered else None, is_settled=False)
        self._keep(client_id, found, news)
        return found

    def _keep(self, client_id: str, found: _Kept, news: int) -> None:
        """Keep what was found. news: how many were heard when SQL was asked; a later one may be of
        this client, and then it is asked again.
        """
        with self._lock:
            is_of_before = news != self._news
            kept = self._kept.get(client_id)
            if is_of_before and kept is not None:
                return
            self._kept[client_id] = _Kept(found.client, found.is_settled and not is_of_before)
            self._kept.move_to_end(client_id)
            while len(self._kept) > self._kept_clients:
                self._kept.popitem(last=False)


def _read(session: Session, client_id: str) -> tuple[Client | None, tuple[SecretHash, ...]]:
    """The client and its secrets by one question, which is the same for any client."""
    statement = (
        select(ClientRow, ClientSecretRow)
        .outerjoin(ClientSecretRow, ClientSecretRow.client_id == ClientRow.id)
        .where(ClientRow.id == client_id)
    )
    rows = session.execute(statement).all()
    secrets = tuple(
        SecretHash(secret.secret_sha256, secret.ends_at) for _, secret in rows if secret is not None
    )
    return (client_of(rows[0][0]) if rows else None), secrets
