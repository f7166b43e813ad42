"""SQLite in a file that several processes open at once."""

import sqlite3
import threading
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
