"""Revoked tokens: refused by every replica at once, and whatever goes down afterwards."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import jwt
import pytest
from flask import Flask

from app.auth import EXTENSION as AUTH
from app.auth.revocation import Revocations
from app.auth.revoked_file import LONGEST_AGE_SECONDS, NAME, RevokedFile
from app.auth.scopes import READ_SCOPE
from tests.api.conftest import basic
from tests.conftest import add_client, store_of, without_threads
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_clients import lose_the_database

QUESTION = "/api/v1/calendars/SE"
GRANT = {"grant_type": "client_credentials"}


def make_client(app: Flask, client_id: str = "acme", *scopes: str) -> dict[str, str]:
    """A new client, as the header that it asks for tokens with."""
    secret = add_client(app, client_id, (READ_SCOPE, *scopes))
    return basic(client_id, secret)


def token_of(app: Flask, client: dict[str, str]) -> str:
    response = app.test_client().post("/oauth/token", data=GRANT, headers=client)
    assert response.json is not None
    token: str = response.json["access_token"]
    return token


def status_of(app: Flask, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get(QUESTION, headers=headers).status_code


def revoke(app: Flask, client: dict[str, str], token: str) -> int:
    response = app.test_client().post("/oauth/revoke", data={"token": token}, headers=client)
    return response.status_code


def revocations_of(app: Flask) -> Revocations:
    found: Revocations = app.extensions[AUTH].revocations
    return found


def start(app: Flask) -> Flask:
    """Let the background threads of a replica run, and catch up."""
    store_of(app).prober.ensure_started()
    eventually(lambda: store_of(app).bulletin.is_current)
    return app


def test_a_token_revoked_on_one_replica_is_refused_by_all_within_a_second(
    make_replica: MakeReplica,
) -> None:
    replicas = [start(make_replica()) for _ in range(3)]
    client = make_client(replicas[0])
    token, other = token_of(replicas[0], client), token_of(replicas[0], client)
    assert [status_of(replica, token) for replica in replicas] == [200] * 3
    assert revoke(replicas[0], client, token) == 200
    assert status_of(replicas[0], token) == 401
    for replica in replicas[1:]:
        eventually(lambda replica=replica: status_of(replica, token) == 401, 1)  # type: ignore[misc]
    assert [status_of(replica, other) for replica in replicas] == [200] * 3


def test_a_revoked_token_is_told_so(make_replica: MakeReplica) -> None:
    replica = make_replica()
    client = make_client(replica)
    token = token_of(replica, client)
    revoke(replica, client, token)
    response = replica.test_client().get(QUESTION, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert response.json is not None
    assert response.json["detail"] == "The token has been revoked; ask for a new one."
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_another_signature_over_a_revoked_token_is_refused_too(make_replica: MakeReplica) -> None:
    """Of an ECDSA signature (r, s), (r, n - s) is another: a token is known by its id."""
    replica = make_replica()
    client = make_client(replica)
    token = token_of(replica, client)
    signed, _, signature = token.rpartition(".")
    raw = jwt.utils.base64url_decode(signature)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = (order - int.from_bytes(raw[32:])).to_bytes(32)
    twin = f"{signed}.{jwt.utils.base64url_encode(raw[:32] + other).decode()}"
    assert status_of(replica, twin) == 200
    revoke(replica, client, token)
    assert status_of(replica, twin) == 401


def test_revoking_again_an_unknown_or_an_expired_token_is_200(make_replica: MakeReplica) -> None:
    replica = make_replica(access_token_seconds=1, clock_skew_seconds=0)
    client = make_client(replica)
    token = token_of(replica, client)
    assert revoke(replica, client, token) == revoke(replica, client, token) == 200
    assert revoke(replica, client, "unknown") == 200
    eventually(lambda: status_of(replica, token) == 401)
    time.sleep(1.1)  # until it has expired
    assert revoke(replica, client, token) == 200


def test_a_client_revokes_its_own_tokens_only(make_replica: MakeReplica) -> None:
    replica = make_replica()
    one, other = make_client(replica, "one"), make_client(replica, "other")
    token = token_of(replica, one)
    response = replica.test_client().post("/oauth/revoke", data={"token": token}, headers=other)
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["error"] == "invalid_grant"
    assert status_of(replica, token) == 200
    assert revoke(replica, basic("one", "wrong"), token) == 401


def test_revocations_outlive_a_redis_that_loses_everything(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replica = start(make_replica())
    client = make_client(replica)
    token = token_of(replica, client)
    revoke(replica, client, token)
    valkey.kill()
    assert status_of(replica, token) == 401
    restarted = make_replica()  # knows what stands in SQL
    assert status_of(restarted, token) == 401
    valkey.start()
    assert status_of(start(make_replica()), token) == 401


def test_a_worker_that_starts_without_redis_catches_up_and_is_ready(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    valkey.kill()
    replica = make_replica()
    store_of(replica).prober.ensure_started()
    eventually(lambda: revocations_of(replica).is_known)
    eventually(lambda: replica.test_client().get("/health/ready").status_code == 200)


def test_a_revocation_that_cannot_be_told_is_503_and_holds_all_the_same(
    make_replica: MakeReplica, valkey: Valkey
) -> None:
    replica, other = start(make_replica()), start(make_replica())
    client = make_client(replica)
    token = token_of(replica, client)
    valkey.kill()
    response = replica.test_client().post("/oauth/revoke", data={"token": token}, headers=client)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert status_of(replica, token) == 401
    valkey.start()
    eventually(lambda: status_of(other, token) == 401)


def test_a_revocation_that_cannot_be_written_down_is_503_and_repeated(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    replica = make_replica()
    client = make_client(replica)
    token = token_of(replica, client)
    assert status_of(replica, token) == 200
    with (
        closing(sqlite3.connect(tmp_path / "fasti.sqlite3")) as database,
        closing(sqlite3.connect(tmp_path / "kept")) as kept,
    ):
        database.backup(kept)
    lose_the_database(replica, tmp_path)
    assert revoke(replica, client, token) == 503
    assert status_of(replica, token) == 200
    store_of(replica).sql.engine.dispose()
    (tmp_path / "fasti.sqlite3").rmdir()
    (tmp_path / "kept").rename(tmp_path / "fasti.sqlite3")
    store_of(replica).sql.probe()
    assert revoke(replica, client, token) == 200
    assert status_of(replica, token) == 401


def test_a_worker_that_never_knew_lets_nobody_in_and_is_not_ready(
    make_replica: MakeReplica, tmp_path: Path
) -> None:
    token = token_of(replica := make_replica(), make_client(replica))
    restarted = make_replica()
    lose_the_database(restarted, tmp_path)
    response = restarted.test_client().get(QUESTION, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    health = restarted.test_client().get("/health/ready")
    assert health.status_code == 503
    assert health.json is not None
    assert health.json["status"] == "starting"


@pytest.mark.parametrize("age_seconds", [0, LONGEST_AGE_SECONDS + 1])
def test_a_worker_that_starts_without_both_stores_knows_what_its_replica_kept(
    make_replica: MakeReplica, valkey: Valkey, tmp_path: Path, age_seconds: int
) -> None:
    # Its threads would write the file anew as they lose Redis.
    replica = without_threads(make_replica(state_directory=tmp_path))
    client = make_client(replica)
    before, after, good = (token_of(replica, client) for _ in range(3))
    assert revoke(replica, client, before) == 200
    revocations_of(replica).catch_up()
    assert revoke(replica, client, after) == 200
    file = tmp_path / NAME
    file.write_text(file.read_text() + "17")  # cut off
    written = time.time() - age_seconds
    os.utime(file, (written, written))
    valkey.kill()
    restarted = make_replica(state_directory=tmp_path)
    lose_the_database(restarted, tmp_path)
    statuses = [status_of(restarted, token) for token in (before, after, good)]
    assert statuses == ([503] * 3 if age_seconds else [401, 401, 200])


def test_a_request_asks_neither_redis_nor_sql_about_revocations(
    make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = make_replica()
    token = token_of(replica, make_client(replica))
    assert status_of(replica, token) == 200
    store = store_of(replica)
    store.prober.stop()
    asked: list[object] = []

    def note(ask: object) -> None:
        if threading.current_thread() is threading.main_thread():  # None that still ends.
            asked.append(ask)

    monkeypatch.setattr(store.sql.breaker, "call", note)
    assert status_of(replica, token) == 200
    assert asked == []


def test_many_revocations_are_learned_in_pages(
    make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.auth.revocation.PAGE_ROWS", 7)
    replica = make_replica()
    end = time.time() + 900
    for number in range(30):
        revocations_of(replica).revoke(f"id-{number}", end)
    other = revocations_of(make_replica())
    other.catch_up()
    assert all(other.refuses({"jti": f"id-{number}"}) for number in range(30))
    assert not other.refuses({"jti": "id-30"})


def test_what_has_expired_is_forgotten_in_memory_and_in_sql(make_replica: MakeReplica) -> None:
    replica = make_replica()
    now = [1_000_000.0]
    revocations = Revocations(store_of(replica), RevokedFile(None), now=lambda: now[0])
    revocations.revoke("old", now[0] + 10)
    now[0] += 100
    revocations.catch_up()
    assert not revocations.refuses({"jti": "old"})
    revocations.revoke("new", now[0] + 10)
    other = Revocations(store_of(replica), RevokedFile(None), now=lambda: 1_000_000.0)
    other.catch_up()
    assert (other.refuses({"jti": "old"}), other.refuses({"jti": "new"})) == (False, True)
