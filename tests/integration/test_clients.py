"""Clients, when the database that knows them is gone."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from app.auth import EXTENSION as AUTH
from app.auth.scopes import OFFLINE_SCOPE, READ_SCOPE
from app.store.models import ClientRow
from tests.api.conftest import basic
from tests.conftest import OPERATOR, add_client, store_of
from tests.integration.conftest import MakeReplica, Valkey

GRANT = {"grant_type": "client_credentials"}


def lose_the_database(app: Flask, tmp_path: Path) -> None:
    """Leave what is neither to be opened nor to be made anew, whoever looks at it meanwhile."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    while nowhere.exists():
        store_of(app).sql.engine.dispose()
        for file in tmp_path.glob("fasti.sqlite3*"):
            file.unlink()
        with suppress(NotADirectoryError):  # It was made anew.
            nowhere.rename(tmp_path / "fasti.sqlite3")


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
    assert ask(replica, "seen", "wrong") == 503  # It may have been given meanwhile.
    assert ask(replica, "nobody", "wrong") == 503


def test_a_secret_that_was_ended_is_not_remembered(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    old = add_client(replica, "renewed")
    assert ask(replica, "renewed", old) == 200
    registry = replica.extensions[AUTH].registry
    new = registry.rotate(OPERATOR, "renewed", ends_in_seconds=0).secret
    assert ask(replica, "renewed", old) == 401
    lose_the_database(replica, tmp_path)
    assert ask(replica, "renewed", old) == 503
    assert ask(replica, "renewed", new) == 503  # not seen since


def test_what_is_read_while_a_client_changes_is_not_remembered(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replica = make_replica()
    secret = add_client(replica, "changing")
    directory = replica.extensions[AUTH].clients
    directory._remembered.forget("changing")
    assert directory.verify("changing", secret) is not None
    with valkey.client() as redis:
        assert redis.get("fasti:remembered-client:changing") == b""


def test_a_client_is_remembered_for_an_hour(make_replica: MakeReplica, valkey: Valkey) -> None:
    replica = make_replica()
    ask(replica, "seen", add_client(replica, "seen"))
    with valkey.client() as redis:
        assert 3500 < redis.ttl("fasti:remembered-client:seen") <= 3600


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


def test_a_refresh_token_is_neither_taken_nor_refused_without_sql(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    client = basic("offline", add_client(replica, "offline", (READ_SCOPE, OFFLINE_SCOPE)))
    asked = {**GRANT, "scope": OFFLINE_SCOPE}
    granted = replica.test_client().post("/oauth/token", data=asked, headers=client).json
    assert granted is not None
    lose_the_database(replica, tmp_path)
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    response = replica.test_client().post("/oauth/token", data=form, headers=client)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


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
