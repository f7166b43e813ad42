"""When a client last asked, to the minute, written down behind the back of requests."""

import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, or_, update

from app.store.breaker import DependencyDown
from app.store.models import ClientRow
from app.store.sql_gateway import SqlGateway

FLUSH_SECONDS = 5.0
APART_SECONDS = 60.0  # No client is written down more often, by all workers together.


class LastUse:
    """Notes who asks, in memory; ``flush`` writes it down, in a thread of the worker.

    Failure policy: while SQL is down it waits, and is written down afterwards; a worker that is
    killed takes with it what it had noted in the last seconds.
    """

    def __init__(self, sql: SqlGateway) -> None:
        self._sql = sql
        self._noted: dict[str, float] = {}
        self._unwritten: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def note(self, client_id: str) -> None:
        """Note that the client asks now. Costs one look-up, but for once a minute."""
        now = time.monotonic()
        if now - self._noted.get(client_id, -APART_SECONDS) < APART_SECONDS:
            return
        with self._lock:
            self._noted[client_id] = now
            self._unwritten[client_id] = datetime.now(UTC)

    def flush(self) -> None:
        """Write down what was noted, where it is a minute later than what is written."""
        with self._lock:
            unwritten, self._unwritten = self._unwritten, {}
            old = time.monotonic() - APART_SECONDS
            self._noted = {id_: at for id_, at in self._noted.items() if at > old}
        if not unwritten:
            return
        clients = ClientRow.__table__
        statement = (
            update(ClientRow.__table__)  # type: ignore[arg-type]
            .where(
                clients.c.id == bindparam("client"),
                or_(clients.c.last_used_at.is_(None), clients.c.last_used_at < bindparam("before")),
            )
            .values(last_used_at=bindparam("at"))
        )
        apart = timedelta(seconds=APART_SECONDS)
        rows = [
            {"client": client_id, "at": at, "before": at - apart}
            for client_id, at in sorted(unwritten.items())  # In one order: no worker locks another.
        ]
        try:
            self._sql.call(lambda session: session.connection().execute(statement, rows))
        except DependencyDown:
            with self._lock:
                self._unwritten = {**unwritten, **self._unwritten}
