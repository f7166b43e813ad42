"""What a worker knows of a client: bounded, kept up to date, and held through outages."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.auth import EXTENSION as AUTH
from app.auth.client_directory import ClientDirectory
from app.auth.client_rules import Change
from app.auth.clients import Client
from app.auth.last_use import LastUse
from app.auth.remembered_clients import RememberedClients
from app.store.breaker import DependencyDown
from app.store.models import ClientRow
from app.store.prober import Prober
from tests.conftest import OPERATOR, add_client, store_of, token_for
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_clients import ask, lose_the_database

CALENDAR = "/api/v1/calendars/SE"


@pytest.fixture
def app(make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A replica that hears nothing by itself."""
    monkeypatch.setattr(Prober, "ensure_started", lambda _self: None)
    return make_replica()


def directory_of(app: Flask, kept_clients: int) -> ClientDirectory:
    store = store_of(app)
    return ClientDirectory(store, RememberedClients(store.redis), LastUse(store.sql), kept_clients)


def set_plan(app: Flask, client_id: str, plan: str) -> None:
    """Change it without a word to anybody."""
    statement = update(ClientRow).where(ClientRow.id == client_id).values(plan=plan)
    store_of(app).sql.call(lambda session: session.execute(statement))


def plan_of(directory: ClientDirectory, client_id: str) -> str:
    client = directory.current(client_id)
    assert client is not None
    return client.plan


def test_no_more_clients_are_kept_than_there_is_room_for(app: Flask) -> None:
    directory = directory_of(app, kept_clients=2)
    for client_id in ("a", "b", "c"):
        add_client(app, client_id)
    for client_id in ("a", "b", "a", "c"):
        directory.current(client_id)
    for client_id in ("a", "b", "c"):
        set_plan(app, client_id, "plenty")
    assert plan_of(directory, "a") == "standard"  # kept, as it was asked for after "b"
    assert plan_of(directory, "b") == "plenty"  # looked up again


def test_news_of_a_client_is_looked_up_and_of_another_is_not(app: Flask) -> None:
    directory = directory_of(app, kept_clients=10)
    for client_id in ("a", "b"):
        add_client(app, client_id)
        directory.current(client_id)
        set_plan(app, client_id, "plenty")
    directory.on_news("a")
    assert (plan_of(directory, "a"), plan_of(directory, "b")) == ("plenty", "standard")
    directory.catch_up()
    assert plan_of(directory, "b") == "plenty"


def test_a_client_that_is_gone_is_gone_after_catching_up(app: Flask) -> None:
    directory = directory_of(app, kept_clients=10)
    token = token_for(app, "a")
    assert directory.current("a") is not None
    store_of(app).sql.call(lambda session: session.delete(session.get(ClientRow, "a")))
    directory.catch_up()
    assert directory.current("a") is None
    app.extensions[AUTH].clients.catch_up()
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get(CALENDAR, headers=headers).status_code == 401


def test_what_was_read_before_the_news_is_not_kept_after_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = directory_of(app, kept_clients=10)
    add_client(app, "a")
    sql = store_of(app).sql
    call, has_read, may_go_on = sql.call, threading.Event(), threading.Event()

    def slow(ask_sql: Callable[[Session], Any]) -> Any:
        answer = call(ask_sql)
        has_read.set()
        may_go_on.wait(5)
        return answer

    monkeypatch.setattr(sql, "call", slow)
    reader = threading.Thread(target=directory.current, args=("a",))
    reader.start()
    assert has_read.wait(5)
    monkeypatch.setattr(sql, "call", call)
    set_plan(app, "a", "plenty")
    directory.on_news("a")
    may_go_on.set()
    reader.join()
    assert plan_of(directory, "a") == "plenty"


def test_without_sql_the_last_known_holds(app: Flask, tmp_path: Path) -> None:
    directory = directory_of(app, kept_clients=10)
    add_client(app, "a", plan="plenty")
    directory.current("a")
    lose_the_database(app, tmp_path)
    directory.on_news("a")
    with pytest.raises(DependencyDown):
        directory.catch_up()
    assert plan_of(directory, "a") == "plenty"


def test_without_sql_a_client_not_known_is_as_redis_remembers_it(
    app: Flask, tmp_path: Path
) -> None:
    directory = directory_of(app, kept_clients=10)
    assert ask(app, "a", add_client(app, "a", plan="plenty")) == 200
    lose_the_database(app, tmp_path)
    assert directory.current("a") == Client("a", ("calendars:read",), "plenty", is_disabled=False)


def test_without_sql_a_client_nobody_remembers_is_as_its_token_says(
    app: Flask, tmp_path: Path, valkey: Valkey
) -> None:
    headers = {"Authorization": f"Bearer {token_for(app, 'a', plan='hundred-an-hour')}"}
    app.extensions[AUTH].clients._kept.clear()
    app.extensions[AUTH].revocations.catch_up()  # as any worker has done that is ready
    lose_the_database(app, tmp_path)
    answer = app.test_client().get(CALENDAR, headers=headers)
    assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (200, "100")
    valkey.kill()
    assert app.test_client().get(CALENDAR, headers=headers).status_code == 200


def test_without_sql_nobody_is_changed_and_everybody_is_told_when_to_come_back(
    app: Flask, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {token_for(app, 'ops', ('admin',))}"}
    client = app.test_client()
    assert client.get("/api/v1/clients", headers=headers).status_code == 200
    lose_the_database(app, tmp_path)
    for method, path, body in (
        ("POST", "/api/v1/clients", {"id": "acme", "name": "Acme"}),
        ("PATCH", "/api/v1/clients/acme", {"disabled": True}),
        ("POST", "/api/v1/clients/acme/secrets", {}),
        ("DELETE", "/api/v1/clients/acme/secrets/x", None),
        ("GET", "/api/v1/clients", None),
        ("GET", "/api/v1/audit-log", None),
    ):
        answer = client.open(path, method=method, json=body, headers=headers)
        assert answer.status_code == 503, (method, path)
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_change_that_is_stored_and_cannot_be_told_says_so_and_may_be_repeated(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = app.extensions[AUTH].registry
    add_client(app, "a")
    bulletin = store_of(app).bulletin

    def is_lost(*_news: str) -> None:
        raise DependencyDown("redis")

    monkeypatch.setattr(type(bulletin), "publish", is_lost)
    with pytest.raises(Exception, match="is stored, and not every worker could be told"):
        registry.change(OPERATOR, "a", Change(plan="plenty"))
    monkeypatch.undo()
    assert registry.change(OPERATOR, "a", Change(plan="plenty")).plan == "plenty"


def test_a_transaction_that_was_given_up_changes_nothing(app: Flask) -> None:
    sql = store_of(app).sql
    sql._timeout_seconds = 0.2
    may_go_on, is_over = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        session.execute(update(ClientRow).values(plan="plenty"))
        may_go_on.wait(5)
        is_over.set()

    add_client(app, "a")
    with pytest.raises(DependencyDown):
        sql.change(slow)
    may_go_on.set()
    assert is_over.wait(5)
    sql.close()  # waits for the thread
    sql.breaker.probe(lambda: None)
    with sql.engine.begin() as connection:
        plans = connection.exec_driver_sql("SELECT plan FROM clients").scalars().all()
    assert plans == ["standard"]


def test_two_workers_write_down_once_a_minute_when_a_client_asked(app: Flask) -> None:
    add_client(app, "a")
    workers = [LastUse(store_of(app).sql) for _ in range(2)]
    registry = app.extensions[AUTH].registry
    seen = set()
    for worker in workers:
        worker.note("a")
        worker.flush()
        seen.add(registry.details("a").last_used_at)
    assert len(seen) == 1
    assert None not in seen


def test_a_use_that_could_not_be_written_is_written_later(app: Flask) -> None:
    add_client(app, "a")
    sql = store_of(app).sql
    last_use = LastUse(sql)
    last_use.note("a")
    sql.breaker._open(OSError())
    last_use.flush()
    sql.probe()
    assert app.extensions[AUTH].registry.details("a").last_used_at is None
    last_use.flush()
    assert app.extensions[AUTH].registry.details("a").last_used_at is not None
