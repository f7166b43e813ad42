"""Refresh tokens: good once, and the end of all that came of the grant when used twice."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.auth import EXTENSION as AUTH
from app.auth.client_rules import Change
from app.auth.scopes import OFFLINE_SCOPE, READ_SCOPE
from app.store.models import ClientRow
from tests.api.conftest import basic
from tests.conftest import OPERATOR, store_of
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica
from tests.integration.test_revocation import make_client, revoke, start, status_of

BOTH = f"{READ_SCOPE} {OFFLINE_SCOPE}"


def ask(app: Flask, client: dict[str, str], **form: str) -> dict[str, Any]:
    """The body of the answer, and its status."""
    response = app.test_client().post("/oauth/token", data=form, headers=client)
    assert response.json is not None
    assert response.headers["Cache-Control"] == "no-store"
    return {"status": response.status_code, **response.json}


def grant(app: Flask, client: dict[str, str]) -> dict[str, Any]:
    return ask(app, client, grant_type="client_credentials", scope=BOTH)


def refresh(app: Flask, client: dict[str, str], token: str, **form: str) -> dict[str, Any]:
    return ask(app, client, grant_type="refresh_token", refresh_token=token, **form)


@pytest.fixture
def make_replica(make_replica: MakeReplica, sql_url: str) -> MakeReplica:
    """Every test here runs on both kinds of database."""
    return partial(make_replica, sql_url=sql_url, sql_timeout_seconds=5, redis_timeout_seconds=2)


@pytest.fixture
def replica(make_replica: MakeReplica) -> Flask:
    return make_replica(refresh_grace_seconds=0)


@pytest.fixture
def client(replica: Flask) -> dict[str, str]:
    return make_client(replica, "acme", OFFLINE_SCOPE)


def test_a_refresh_token_comes_with_its_scope_and_never_unasked(
    replica: Flask, client: dict[str, str]
) -> None:
    assert "refresh_token" not in ask(replica, client, grant_type="client_credentials")
    assert ask(replica, client, grant_type="client_credentials")["scope"] == READ_SCOPE
    answer = grant(replica, client)
    assert (answer["status"], answer["scope"]) == (200, BOTH)
    assert len(answer["refresh_token"]) >= 43


def test_a_client_without_the_scope_gets_none(replica: Flask) -> None:
    other = make_client(replica, "other")
    assert grant(replica, other)["error"] == "invalid_scope"


def test_a_refresh_token_brings_another_pair(replica: Flask, client: dict[str, str]) -> None:
    first = grant(replica, client)
    second = refresh(replica, client, first["refresh_token"])
    third = refresh(replica, client, second["refresh_token"])
    assert (third["status"], third["scope"]) == (200, BOTH)
    tokens = {answer["refresh_token"] for answer in (first, second, third)}
    assert len(tokens) == 3
    for answer in (first, second, third):
        assert status_of(replica, answer["access_token"]) == 200


def test_a_spent_one_ends_the_family_on_every_replica(
    replica: Flask, client: dict[str, str], make_replica: MakeReplica
) -> None:
    other = start(make_replica(refresh_grace_seconds=0))
    first = grant(replica, client)
    unrelated = grant(replica, client)
    second = refresh(replica, client, first["refresh_token"])
    assert refresh(replica, client, first["refresh_token"])["error"] == "invalid_grant"
    assert refresh(replica, client, second["refresh_token"])["error"] == "invalid_grant"
    for answer in (first, second):
        assert status_of(replica, answer["access_token"]) == 401
        eventually(lambda answer=answer: status_of(other, answer["access_token"]) == 401, 1)  # type: ignore[misc]
    assert status_of(other, unrelated["access_token"]) == 200
    assert refresh(other, client, unrelated["refresh_token"])["status"] == 200


def test_of_many_uses_at_once_one_succeeds_and_the_family_ends(
    replica: Flask, client: dict[str, str]
) -> None:
    first = grant(replica, client)
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda _: refresh(replica, client, first["refresh_token"]), range(6))
        )
    assert sorted(answer["status"] for answer in answers) == [200, 400, 400, 400, 400, 400]
    for answer in answers:
        if answer["status"] == 200:
            assert status_of(replica, answer["access_token"]) == 401


def test_a_lost_answer_is_asked_for_again_within_the_grace(
    make_replica: MakeReplica, client: dict[str, str]
) -> None:
    replica = make_replica(refresh_grace_seconds=60)
    first = grant(replica, client)
    lost = refresh(replica, client, first["refresh_token"])
    again = refresh(replica, client, first["refresh_token"])
    assert again["status"] == 200
    assert refresh(replica, client, again["refresh_token"])["status"] == 200
    # Whoever has the answer that was lost is not the client.
    assert refresh(replica, client, lost["refresh_token"])["error"] == "invalid_grant"
    assert status_of(replica, again["access_token"]) == 401


def test_a_spent_one_has_no_grace_when_what_replaced_it_was_used(
    make_replica: MakeReplica, client: dict[str, str]
) -> None:
    replica = make_replica(refresh_grace_seconds=60)
    first = grant(replica, client)
    second = refresh(replica, client, first["refresh_token"])
    third = refresh(replica, client, second["refresh_token"])
    assert refresh(replica, client, first["refresh_token"])["error"] == "invalid_grant"
    assert status_of(replica, third["access_token"]) == 401


def test_the_scope_may_narrow_for_one_token_and_never_widen(
    replica: Flask, client: dict[str, str]
) -> None:
    first = grant(replica, client)
    widened = refresh(replica, client, first["refresh_token"], scope=f"{READ_SCOPE} admin")
    assert (widened["status"], widened["error"]) == (400, "invalid_scope")
    second = refresh(replica, client, first["refresh_token"], scope=READ_SCOPE)
    assert second["scope"] == READ_SCOPE
    assert refresh(replica, client, second["refresh_token"])["scope"] == BOTH


def test_a_refresh_token_is_of_one_client(replica: Flask, client: dict[str, str]) -> None:
    first = grant(replica, client)
    thief = make_client(replica, "thief", OFFLINE_SCOPE)
    assert refresh(replica, thief, first["refresh_token"])["error"] == "invalid_grant"
    assert refresh(replica, client, first["refresh_token"])["status"] == 200


def test_neither_kind_is_taken_for_the_other(replica: Flask, client: dict[str, str]) -> None:
    answer = grant(replica, client)
    assert status_of(replica, answer["refresh_token"]) == 401
    assert refresh(replica, client, answer["access_token"])["error"] == "invalid_grant"
    assert status_of(replica, answer["access_token"]) == 200


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revoking_a_refresh_token_ends_the_family_and_an_access_token_itself(
    replica: Flask, client: dict[str, str], kind: str
) -> None:
    answer = grant(replica, client)
    assert revoke(replica, client, answer[kind]) == 200
    assert status_of(replica, answer["access_token"]) == 401
    again = refresh(replica, client, answer["refresh_token"])
    assert again["status"] == (200 if kind == "access_token" else 400)


def test_a_family_ends_in_time_however_often_it_is_refreshed(
    make_replica: MakeReplica, client: dict[str, str]
) -> None:
    replica = make_replica(refresh_token_seconds=100)
    refresh_tokens = replica.extensions[AUTH].refresh_tokens
    now = [1_000_000.0]
    refresh_tokens._now = lambda: now[0]
    token = grant(replica, client)["refresh_token"]
    now[0] += 60
    token = refresh(replica, client, token)["refresh_token"]
    now[0] += 60
    assert refresh(replica, client, token)["error"] == "invalid_grant"
    grant(replica, client)  # and another grant forgets it
    families = store_of(replica).sql.call(
        lambda session: session.scalar(text("SELECT count(*) FROM refresh_families"))
    )
    tokens = store_of(replica).sql.call(
        lambda session: session.scalar(text("SELECT count(*) FROM refresh_tokens"))
    )
    assert (families, tokens) == (1, 1)


def test_no_refresh_token_stands_in_the_database(replica: Flask, client: dict[str, str]) -> None:
    answer = grant(replica, client)
    rows = store_of(replica).sql.call(
        lambda session: session.execute(text("SELECT * FROM refresh_tokens")).all()
    )
    assert rows
    assert answer["refresh_token"] not in str(rows)


def test_a_scope_that_the_client_lost_is_not_refreshed(
    replica: Flask, client: dict[str, str]
) -> None:
    answer = grant(replica, client)
    store_of(replica).sql.call(
        lambda session: session.execute(update(ClientRow).values(scopes=OFFLINE_SCOPE))
    )
    assert refresh(replica, client, answer["refresh_token"])["scope"] == OFFLINE_SCOPE


@pytest.mark.parametrize("form", [{}, {"refresh_token": ""}, {"refresh_token": "x" * 5000}])
def test_what_is_no_refresh_token_is_refused(
    replica: Flask, client: dict[str, str], form: dict[str, str]
) -> None:
    answer = ask(replica, client, grant_type="refresh_token", **form)
    assert answer["status"] == 400
    assert answer["error"] == ("invalid_grant" if form else "invalid_request")


def test_a_token_is_introspected_by_its_client_and_by_an_admin(
    replica: Flask, client: dict[str, str]
) -> None:
    admin, other = make_client(replica, "root", "admin"), make_client(replica, "other")
    answer = grant(replica, client)

    def introspect(who: dict[str, str], token: str) -> dict[str, Any]:
        response = replica.test_client().post(
            "/oauth/introspect", data={"token": token}, headers=who
        )
        assert response.headers["Cache-Control"] == "no-store"
        assert response.json is not None
        return dict(response.json)

    for who in (client, admin):
        access = introspect(who, answer["access_token"])
        assert access["active"] is True
        assert (access["client_id"], access["scope"]) == ("acme", BOTH)
        assert (access["token_type"], access["exp"] - access["iat"]) == ("Bearer", 900)
        kept = introspect(who, answer["refresh_token"])
        assert (kept["active"], kept["client_id"]) == (True, "acme")
        assert "token_type" not in kept
    for token in (answer["access_token"], answer["refresh_token"], "unknown", ""):
        assert introspect(other, token) == {"active": False}
    revoke(replica, client, answer["refresh_token"])
    assert introspect(client, answer["access_token"]) == {"active": False}
    assert introspect(client, answer["refresh_token"]) == {"active": False}


def test_a_token_of_a_disabled_client_is_not_good(replica: Flask, client: dict[str, str]) -> None:
    admin, answer = make_client(replica, "root", "admin"), grant(replica, client)
    replica.extensions[AUTH].registry.change(OPERATOR, "acme", Change(is_disabled=True))
    replica.extensions[AUTH].clients.on_news("acme")
    response = replica.test_client().post(
        "/oauth/introspect", data={"token": answer["access_token"]}, headers=admin
    )
    assert response.json == {"active": False}


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
def test_who_asks_about_a_token_has_to_prove_who_he_is(
    replica: Flask, client: dict[str, str], path: str
) -> None:
    http = replica.test_client()
    refused = http.post(path, data={"token": "x"}, headers=basic("acme", "wrong"))
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Basic realm="fasti"'
    assert refused.json is not None
    assert refused.json["error"] == "invalid_client"
    assert http.post(path, data={}, headers=client).status_code == 400
    assert http.get(path, headers=client).status_code == 405
