"""The database of clients behind its breaker: SQLite by default, PostgreSQL by URL."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.store.breaker import Breaker
from app.store.models import ClientRow
from app.store.sqlite_file import DatabaseGone, SqliteFile

Answer = TypeVar("Answer")

BEGIN_WAL_SECONDS = 2.0
CONNECTIONS = 8  # Of one worker; it asks for tokens only, a few at once.


class SqlGateway:
    """An engine that connects on first use, so that no connection is carried through a fork.

    timeout_seconds: the longest wait for an answer, whatever it is that takes so long. The drivers
    bound some of it only (a server that is stopped holds a connection for ever), so calls are made
    in threads of their own, and left to them when they take too long.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self.url = make_url(url)
        self._timeout_seconds = timeout_seconds
        self.engine = create_engine(
            self.url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,  # A connection that died in the pool is replaced unseen.
            pool_timeout=timeout_seconds,
            connect_args=_connect_args(self.url.get_backend_name(), timeout_seconds),
        )
        if self.url.get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", _write_ahead_log)
        is_file = self.url.get_backend_name() == "sqlite" and self.url.database
        self._file = SqliteFile(Path(is_file), self.engine.dispose) if is_file else None
        # Its threads start with the first call, and so in the process that makes it.
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="fasti-sql")
        self.breaker = Breaker("sql", (DBAPIError, PoolTimeoutError, TookTooLong, DatabaseGone))

    def call(self, ask: Callable[[Session], Answer]) -> Answer:
        """Return what ``ask`` makes of a session, committed after it. Raises DependencyDown."""
        return self.breaker.call(lambda: self._within_time(ask))

    def change(self, ask: Callable[[Session], Answer]) -> Answer:
        """As ``call``, for a transaction that reads before it writes: on SQLite it has the file to
        itself from its start; on PostgreSQL it locks the rows it reads, ``with_for_update``.
        """

        def in_order(session: Session) -> Answer:
            if self.url.get_backend_name() == "sqlite":
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            return ask(session)

        return self.call(in_order)

    def probe(self) -> None:
        """Look whether the database answers what is asked of it, and set the breaker so."""
        first = select(ClientRow.id).limit(1)
        self.breaker.probe(lambda: self._within_time(lambda session: session.execute(first).all()))

    def close(self) -> None:
        """Let the calls under way end, then let go of the threads and of every connection."""
        self._threads.shutdown()
        self.engine.dispose()

    def _within_time(self, ask: Callable[[Session], Answer]) -> Answer:
        is_given_up = threading.Event()

        def in_transaction() -> Answer:
            if self._file is not None:
                self._file.check()
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                found = ask(session)
                if is_given_up.is_set():
                    raise TookTooLong  # Whoever asked was told that it failed: so it does.
                return found

        answer = self._threads.submit(in_transaction)
        try:
            return answer.result(self._timeout_seconds)
        except TookTooLong:
            is_given_up.set()
            answer.cancel()  # It may still wait for a thread.
            raise


def _connect_args(backend: str, timeout_seconds: float) -> dict[str, Any]:
    if backend == "sqlite":
        return {"timeout": timeout_seconds}
    milliseconds = int(timeout_seconds * 1000)
    return {
        "connect_timeout": max(2, round(timeout_seconds)),  # libpq takes no less than 2
        "tcp_user_timeout": max(2000, milliseconds),  # then a lost server costs its connection
        "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}",
    }


def _write_ahead_log(connection: Any, _record: Any) -> None:
    """Readers of SQLite go on while one process writes.

    To begin with it takes a lock for which SQLite does not wait, as it does for all others: of
    processes that open a new file at once, one would be refused.
    """
    deadline = time.monotonic() + BEGIN_WAL_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA foreign_keys=ON")
