"""Clients, when the database that knows them is gone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.auth import EXTENSION as AUTH
from app.auth.guard import READ_SCOPE
from app.store.models import ClientRow
from tests.api.conftest import basic
from tests.conftest import store_of
from tests.integration.conftest import MakeReplica, Valkey

GRANT = {"grant_type": "client_credentials"}


def add_client(app: Flask, client_id: str) -> str:
    with app.app_context():
        secret: str = app.extensions[AUTH].clients.create(client_id, "Test", (READ_SCOPE,))
    return secret


def lose_the_database(app: Flask, tmp_path: Path) -> None:
    store_of(app).sql.engine.dispose()
    for file in tmp_path.glob("fasti.sqlite3-*"):
        file.unlink()
    (tmp_path / "fasti.sqlite3").rename(tmp_path / "lost")
    # Neither to be opened nor to be made anew; a probe may have done so already.
    while True:
        try:
            (tmp_path / "fasti.sqlite3").mkdir()
            return
        except FileExistsError:
            (tmp_path / "fasti.sqlite3").unlink()


def ask(app: Flask, client_id: str, secret: str) -> int:
    response = app.test_client().post("/oauth/token", data=GRANT, headers=basic(client_id, secret))
    return response.status_code


def test_a_client_seen_in_the_last_hour_gets_tokens_without_sql(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    secret = add_client(replica, "seen")
    assert ask(replica, "seen", secret) == 200
    lose_the_database(replica, tmp_path)
    assert ask(replica, "seen", secret) == 200
    assert ask(replica, "seen", "wrong") == 401


def test_a_secret_that_was_renewed_is_not_remembered(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    old = add_client(replica, "renewed")
    assert ask(replica, "renewed", old) == 200
    with replica.app_context():
        new = replica.extensions[AUTH].clients.renew_secret("renewed")
    assert ask(replica, "renewed", old) == 401
    lose_the_database(replica, tmp_path)
    assert ask(replica, "renewed", old) == 401
    assert ask(replica, "renewed", new) == 200


def test_a_client_is_remembered_for_an_hour(make_replica: MakeReplica, valkey: Valkey) -> None:
    replica = make_replica()
    ask(replica, "seen", add_client(replica, "seen"))
    with valkey.client() as redis:
        assert 3500 < redis.ttl("fasti:client:seen") <= 3600


def test_a_client_not_seen_lately_is_told_to_come_back(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    secret = add_client(replica, "unseen")
    lose_the_database(replica, tmp_path)
    response = replica.test_client().post(
        "/oauth/token", data=GRANT, headers=basic("unseen", secret)
    )
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert int(response.headers["Retry-After"]) > 0
    assert str(tmp_path) not in response.text


def test_without_redis_and_sql_known_tokens_hold_and_new_ones_are_refused(
    make_replica: MakeReplica, tmp_path: Path, valkey: Valkey
) -> None:
    replica = make_replica()
    secret = add_client(replica, "seen")
    response = replica.test_client().post("/oauth/token", data=GRANT, headers=basic("seen", secret))
    assert response.json is not None
    bearer = {"Authorization": f"Bearer {response.json['access_token']}"}
    lose_the_database(replica, tmp_path)
    valkey.kill()
    client = replica.test_client()
    assert client.get("/api/v1/calendars/SE", headers=bearer).status_code == 200
    assert ask(replica, "seen", secret) == 503


def test_a_disabled_client_gets_no_token(make_replica: MakeReplica) -> None:
    replica = make_replica()
    secret = add_client(replica, "former")
    disable = update(ClientRow).values(disabled_at=datetime.now(UTC))
    store_of(replica).sql.call(lambda session: session.execute(disable))
    assert ask(replica, "former", secret) == 401


@pytest.mark.parametrize("client_id", ["", "a b", "x" * 65, "ü"])
def test_a_client_id_that_could_not_be_sent_is_refused(
    make_replica: MakeReplica, client_id: str
) -> None:
    with pytest.raises(ValueError, match="an id is"):
        add_client(make_replica(), client_id)
