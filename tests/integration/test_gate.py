"""What changes about a client, its token or its key is heeded at the gate at once, as in Flask."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import decode_token

from app.auth import EXTENSION as AUTH
from app.auth.client_rules import Change
from app.auth.keys import create_key
from app.auth.scopes import ADMIN_SCOPE, READ_SCOPE
from tests.conftest import OPERATOR, metric, token_for
from tests.integration.conftest import MakeReplica

DAY = "/api/v1/calendars/SE/days/2026-06-19"
OTHER = "/api/v1/calendars/NO/days/2026-06-19"


def answered() -> float:
    return metric("fasti_cache_total", tier="gate")


@pytest.fixture
def replica(make_replica: MakeReplica) -> Flask:
    return make_replica()


@pytest.fixture
def client(replica: Flask) -> FlaskClient:
    return replica.test_client()


def warmed(replica: Flask, **of_client: object) -> dict[str, str]:
    """The headers of a client that the gate has answered."""
    token = token_for(replica, **of_client)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {token}"}
    client = replica.test_client()
    assert client.get(DAY, headers=headers).status_code == 200
    before = answered()
    assert client.get(DAY, headers=headers).status_code == 200
    assert answered() == before + 1
    return headers


def change(replica: Flask, change: Change) -> None:
    """Change the client of the test, and let the worker hear of it, as the bulletin would."""
    auth = replica.extensions[AUTH]
    auth.registry.change(OPERATOR, "tester", change)
    auth.clients.on_news("tester")


def test_a_revoked_token_is_refused(replica: Flask, client: FlaskClient) -> None:
    headers = warmed(replica)
    auth = replica.extensions[AUTH]
    with replica.app_context():
        claims = decode_token(headers["Authorization"].removeprefix("Bearer "))
    auth.revocations.revoke(claims["jti"], claims["exp"])
    refused = client.get(DAY, headers=headers)
    assert refused.status_code == 401
    assert refused.json is not None
    assert "revoked" in refused.json["detail"]


def test_a_disabled_client_is_refused(replica: Flask, client: FlaskClient) -> None:
    headers = warmed(replica)
    change(replica, Change(is_disabled=True))
    assert client.get(DAY, headers=headers).status_code == 401
    change(replica, Change(is_disabled=False))
    assert client.get(DAY, headers=headers).status_code == 200


def test_a_client_without_the_scope_is_refused(replica: Flask, client: FlaskClient) -> None:
    headers = warmed(replica, scopes=(READ_SCOPE, ADMIN_SCOPE))
    change(replica, Change(scopes=(ADMIN_SCOPE,)))
    assert client.get(DAY, headers=headers).status_code == 403


def test_another_plan_holds(replica: Flask, client: FlaskClient) -> None:
    headers = warmed(replica)
    change(replica, Change(plan="five-an-hour"))
    before = answered()
    response = client.get(DAY, headers=headers)
    assert answered() == before + 1
    assert response.headers["X-RateLimit-Limit"] == "5"


def test_a_token_whose_key_was_removed_is_refused(
    make_replica: MakeReplica, signing_keys: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "keys of its own"
    shutil.copytree(signing_keys, directory)
    replica = make_replica(signing_keys_directory=directory)
    headers = warmed(replica)
    (old,) = directory.glob("*.pem")
    create_key(directory)
    old.unlink()
    replica.extensions[AUTH].keys.refresh()
    assert replica.test_client().get(DAY, headers=headers).status_code == 401


def test_the_last_use_of_a_client_is_noted(replica: Flask, client: FlaskClient) -> None:
    headers = warmed(replica)
    last_use = replica.extensions[AUTH].bearers._last_use
    last_use._noted.clear()
    client.get(DAY, headers=headers)
    assert "tester" in last_use._noted


def test_a_limit_is_exact_over_both_entrances_and_all_replicas(make_replica: MakeReplica) -> None:
    replicas = [make_replica(replica=f"replica-{n}") for n in range(3)]
    token = token_for(replicas[0], "limited", plan="hundred-an-hour")
    headers = {"Authorization": f"Bearer {token}"}
    for replica in replicas:
        warmed(replica)
    before = answered()

    def ask(number: int) -> int:
        client = replicas[number % 3].test_client()
        # One in four is new to the gate.
        path = DAY if number % 4 else f"{OTHER}?lang=x-{number}"
        return client.get(path, headers=headers).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(ask, range(300)))
    assert (statuses.count(200), statuses.count(429)) == (100, 200)
    assert answered() - before > 20
