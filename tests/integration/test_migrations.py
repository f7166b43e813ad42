"""The tables come into being, and change, without loss and without a race."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.auth import EXTENSION as AUTH
from app.auth.client_secrets import hash_of
from app.store import migrations
from app.store.sql_gateway import SqlGateway
from tests.conftest import MakeApp
from tests.integration.postgres import Postgres

MIGRATOR = """
import sys
from app.store import migrations
from app.store.sql_gateway import SqlGateway

print("ready", flush=True)
for line in sys.stdin:
    gateway = SqlGateway(line.strip(), timeout_seconds=10)
    migrations.upgrade(gateway)
    gateway.close()
    print("done", flush=True)
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def migrators() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that bring each database named to them up to date."""
    started = [
        subprocess.Popen(  # noqa: S603 - a program of the test's own
            [sys.executable, "-c", MIGRATOR],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    yield started
    for process in started:
        process.communicate()


def migrate_at_once(migrators: list[subprocess.Popen[str]], url: str) -> None:
    for process in migrators:
        assert process.stdin is not None
        process.stdin.write(f"{url}\n")
        process.stdin.flush()
    for process in migrators:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "done\n", process.stderr.read()


@pytest.mark.xdist_group("postgresql")  # with those below: the processes start once
def test_two_processes_that_make_a_file_at_once_both_succeed(
    migrators: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    for round_ in range(10):
        migrate_at_once(migrators, f"sqlite:///{tmp_path / f'{round_}.sqlite3'}")


@pytest.mark.xdist_group("postgresql")
def test_two_processes_that_fill_an_empty_postgresql_at_once_both_succeed(
    migrators: list[subprocess.Popen[str]], postgres: Postgres
) -> None:
    for _ in range(3):
        postgres.empty()
        migrate_at_once(migrators, postgres.url)


def test_a_client_of_the_first_tables_keeps_its_secret(sql_url: str, make_app: MakeApp) -> None:
    gateway = SqlGateway(sql_url, timeout_seconds=10)
    migrations.upgrade(gateway, "0001")
    insert = text(
        "INSERT INTO clients (id, name, secret_sha256, scopes, created_at, disabled_at)"
        " VALUES (:id, 'Acme', :hash, 'calendars:read', '2026-01-02 03:04:05.000006', :disabled)"
    )
    with gateway.engine.begin() as connection:
        for client_id, disabled in (("acme", None), ("former", "2026-02-03 00:00:00.000000")):
            row = {"id": client_id, "hash": hash_of(f"s3cret {client_id}"), "disabled": disabled}
            connection.execute(insert, row)
    app = make_app(sql_url=sql_url, sql_timeout_seconds=5)
    gateway.close()
    auth = app.extensions[AUTH]
    assert auth.clients.verify("acme", "s3cret acme") is not None
    assert auth.clients.verify("acme", "s3cret former") is None
    assert auth.clients.verify("former", "s3cret former") is None
    kept = auth.registry.details("acme")
    assert kept.created_at.isoformat() == "2026-01-02T03:04:05.000006+00:00"
    assert [each.created_at for each in kept.secrets] == [kept.created_at]
    assert [each.id for each in kept.secrets] == [hash_of("s3cret acme")[:8]]


def test_the_way_back_keeps_the_newest_secret(sql_url: str) -> None:
    from alembic import command
    from alembic.config import Config

    gateway = SqlGateway(sql_url, timeout_seconds=10)
    migrations.upgrade(gateway)
    with gateway.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clients (id, name, scopes, created_at)"
                " VALUES ('acme', 'Acme', 'calendars:read', '2026-01-01')"
            )
        )
        insert = text(
            "INSERT INTO client_secrets (client_id, id, secret_sha256, created_at)"
            " VALUES ('acme', :id, :id, :at)"
        )
        connection.execute(insert, {"id": "newer", "at": "2026-01-02"})
        connection.execute(insert, {"id": "older", "at": "2026-01-01"})
        config = Config()
        config.set_main_option("script_location", "app.store:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        kept = connection.execute(text("SELECT id, secret_sha256 FROM clients")).all()
    gateway.close()
    assert [tuple(row) for row in kept] == [("acme", "newer")]
