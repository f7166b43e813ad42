"""SQLite in a file that several processes open at once."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store import sql_gateway
from app.store.breaker import DependencyDown
from app.store.sql_gateway import SqlGateway


def ask(file: Path) -> int:
    """Ask by a gateway of its own, as a replica that starts."""
    gateway = SqlGateway(f"sqlite:///{file}", timeout_seconds=5)
    try:
        return int(gateway.call(lambda session: session.execute(text("SELECT 1")).scalar_one()))
    finally:
        gateway.close()


def held_by_another(file: Path) -> sqlite3.Connection:
    """A file without a write-ahead log yet, which another connection is about to write to."""
    other = sqlite3.connect(file, check_same_thread=False)
    other.execute("CREATE TABLE held (id)")
    other.execute("BEGIN IMMEDIATE")
    return other


def test_who_opens_a_file_that_another_makes_waits_for_it(tmp_path: Path) -> None:
    other = held_by_another(tmp_path / "new.sqlite3")
    release = threading.Timer(0.2, other.rollback)
    release.start()
    assert ask(tmp_path / "new.sqlite3") == 1
    release.join()
    other.close()


def test_it_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_gateway, "BEGIN_WAL_SECONDS", 0.05)
    monkeypatch.setattr(sql_gateway, "_connect_args", lambda *_: {"timeout": 0.05})
    other = held_by_another(tmp_path / "new.sqlite3")
    with pytest.raises(DependencyDown):
        ask(tmp_path / "new.sqlite3")
    other.close()


def made(file: Path, rows: int) -> None:
    """Make a database with one table of so many rows."""
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE kept (id)")
    connection.executemany("INSERT INTO kept VALUES (?)", [(number,) for number in range(rows)])
    connection.commit()
    connection.close()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[SqlGateway]:
    """A gateway to a database with three rows, that has been asked."""
    made(tmp_path / "fasti.sqlite3", rows=3)
    found = SqlGateway(f"sqlite:///{tmp_path / 'fasti.sqlite3'}", timeout_seconds=5)
    assert rows(found) == 3
    yield found
    found.close()


def rows(gateway: SqlGateway) -> int:
    return gateway.call(
        lambda session: int(session.execute(text("SELECT count(*) FROM kept")).scalar_one())
    )


def test_a_file_that_was_moved_away_is_not_written_to_and_none_is_put_in_its_place(
    gateway: SqlGateway, tmp_path: Path
) -> None:
    (tmp_path / "fasti.sqlite3").rename(tmp_path / "away")
    with pytest.raises(DependencyDown):
        gateway.call(lambda session: session.execute(text("INSERT INTO kept VALUES (9)")))
    assert gateway.breaker.is_open
    assert not (tmp_path / "fasti.sqlite3").exists()
    connection = sqlite3.connect(tmp_path / "away")
    assert connection.execute("SELECT count(*) FROM kept").fetchone() == (3,)
    connection.close()


def test_another_file_in_its_place_is_read(gateway: SqlGateway, tmp_path: Path) -> None:
    made(tmp_path / "restored", rows=5)
    (tmp_path / "restored").replace(tmp_path / "fasti.sqlite3")
    assert rows(gateway) == 5
