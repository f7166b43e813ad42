"""The database of clients behind its breaker: SQLite by default, PostgreSQL by URL."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.store.breaker import Breaker

Answer = TypeVar("Answer")


class SqlGateway:
    """An engine that connects on first use, so that no connection is carried through a fork.

    timeout_seconds: the longest wait for a connection, from the pool or to the server, and for a
        lock or a statement.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self.url = make_url(url)
        self.engine = create_engine(
            self.url,
            pool_pre_ping=True,  # A connection that died in the pool is replaced unseen.
            pool_timeout=timeout_seconds,
            connect_args=_connect_args(self.url.get_backend_name(), timeout_seconds),
        )
        if self.url.get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", _write_ahead_log)
        self.breaker = Breaker("sql", (OperationalError, InterfaceError, PoolTimeoutError))

    def call(self, ask: Callable[[Session], Answer]) -> Answer:
        """Return what ``ask`` makes of a session, committed after it. Raises DependencyDown."""

        def in_transaction() -> Answer:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                return ask(session)

        return self.breaker.call(in_transaction)

    def probe(self) -> None:
        """Look whether the database answers, and set the breaker accordingly."""

        def select_one() -> None:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))

        self.breaker.probe(select_one)


def _connect_args(backend: str, timeout_seconds: float) -> dict[str, Any]:
    if backend == "sqlite":
        return {"timeout": timeout_seconds}
    if backend == "postgresql":
        milliseconds = int(timeout_seconds * 1000)
        return {
            "connect_timeout": max(2, round(timeout_seconds)),  # libpq takes no less than 2
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}",
        }
    return {}


def _write_ahead_log(connection: Any, _record: Any) -> None:
    """Readers of SQLite go on while one process writes."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
