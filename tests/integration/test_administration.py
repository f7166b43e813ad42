"""Clients as an administrator manages them by HTTP, on SQLite and on PostgreSQL."""

import hmac
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.auth import EXTENSION as AUTH
from app.auth.scopes import ADMIN_SCOPE, READ_SCOPE
from app.store.models import ClientRow, ClientSecretRow
from tests.api.conftest import basic
from tests.conftest import add_client, store_of, token_for
from tests.eventually import eventually
from tests.integration.conftest import MakeReplica, Valkey

CLIENTS = "/api/v1/clients"
CALENDAR = "/api/v1/calendars/SE"
GRANT = {"grant_type": "client_credentials"}


class Administrator:
    """A client with the scope ``admin`` that asks one replica."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        token = token_for(app, "ops", (ADMIN_SCOPE,))
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def create(self, client_id: str, **fields: Any) -> str:
        """The secret of a new client."""
        body = {"id": client_id, "name": "Acme", **fields}
        response = self.ask("POST", CLIENTS, json=body)
        assert response.status_code == 201, response.text
        return str((response.json or {})["client_secret"])

    def shown(self, client_id: str) -> dict[str, Any]:
        return self.ask("GET", f"{CLIENTS}/{client_id}").json or {}

    def change(self, client_id: str, **fields: Any) -> dict[str, Any]:
        response = self.ask("PATCH", f"{CLIENTS}/{client_id}", json=fields)
        assert response.status_code == 200, response.text
        return response.json or {}

    def log(self, query: str = "") -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = (self.ask("GET", f"/api/v1/audit-log{query}").json or {})[
            "entries"
        ]
        return entries


@pytest.fixture
def replica(make_replica: MakeReplica, sql_url: str) -> Flask:
    return make_replica(sql_url=sql_url, sql_timeout_seconds=5, redis_timeout_seconds=2)


@pytest.fixture
def ops(replica: Flask) -> Administrator:
    return Administrator(replica)


def grant(app: Flask, client_id: str, secret: str) -> TestResponse:
    return app.test_client().post("/oauth/token", data=GRANT, headers=basic(client_id, secret))


def works(app: Flask, client_id: str, secret: str) -> bool:
    return grant(app, client_id, secret).status_code == 200


def fields_of(response: TestResponse, status: int, slug: str) -> set[str]:
    assert response.status_code == status, response.text
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json or {}
    assert body["type"] == f"/problems/{slug}"
    return {error["field"] for error in body.get("errors", ())}


def test_a_client_is_added_and_its_secret_told_once(ops: Administrator) -> None:
    response = ops.ask("POST", CLIENTS, json={"id": "acme", "name": "Acme Inc."})
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Location"] == f"{CLIENTS}/acme"
    created = response.json or {}
    secret = created.pop("client_secret")
    assert works(ops.app, "acme", secret)
    shown = ops.ask("GET", f"{CLIENTS}/acme")
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.json == {key: value for key, value in created.items() if key != "secret_id"}
    assert (created["plan"], created["scopes"]) == ("standard", [READ_SCOPE])
    assert [each["id"] for each in created["secrets"]] == [created["secret_id"]]
    everything = shown.text + ops.ask("GET", CLIENTS).text + str(ops.log())
    assert secret not in everything


def test_no_secret_is_in_the_database(ops: Administrator) -> None:
    secret = ops.create("acme")

    def rows(session: Any) -> str:
        kept = [*session.query(ClientSecretRow), *session.query(ClientRow)]
        return str([vars(row) for row in kept])

    assert secret not in store_of(ops.app).sql.call(rows)


def test_an_id_is_taken_once(ops: Administrator) -> None:
    ops.create("acme")
    response = ops.ask("POST", CLIENTS, json={"id": "acme", "name": "Another"})
    assert fields_of(response, 409, "client-exists") == {"id"}


def test_clients_are_listed_a_page_at_a_time_in_one_order_in_every_database(
    ops: Administrator,
) -> None:
    ids = ["B", "a", "a-b", "a.b", "aB", "ops"]
    for client_id in ids[:-1]:
        ops.create(client_id)
    listed = []
    query = "?limit=2"
    while query:
        page = ops.ask("GET", f"{CLIENTS}{query}").json or {}
        assert len(page["clients"]) <= 2
        listed += [client["id"] for client in page["clients"]]
        query = f"?limit=2&after={page['next_after']}" if page["next_after"] else ""
    assert listed == sorted(ids)


def test_the_second_secret_leaves_the_first_and_the_third_ends_it(ops: Administrator) -> None:
    secrets = [ops.create("acme")]
    for _ in range(2):
        response = ops.ask("POST", f"{CLIENTS}/acme/secrets", json={})
        assert response.status_code == 201
        secrets.append((response.json or {})["client_secret"])
        live = [works(ops.app, "acme", secret) for secret in secrets]
        assert live[-2:] == [True, True]
        assert not any(live[:-2])
    assert len(ops.shown("acme")["secrets"]) == 2


def test_a_grace_ends_the_secret_before(ops: Administrator) -> None:
    old = ops.create("acme")
    rotated = ops.ask("POST", f"{CLIENTS}/acme/secrets", json={"ends_in_seconds": 1}).json or {}
    assert works(ops.app, "acme", old)
    assert [bool(each["ends_at"]) for each in rotated["secrets"]] == [True, False]
    eventually(lambda: not works(ops.app, "acme", old))
    assert works(ops.app, "acme", rotated["client_secret"])
    assert [each["id"] for each in ops.shown("acme")["secrets"]] == [rotated["secret_id"]]


def test_no_grace_ends_every_other_secret_at_once(ops: Administrator) -> None:
    old = ops.create("acme")
    ops.ask("POST", f"{CLIENTS}/acme/secrets", json={"ends_in_seconds": 0})
    assert not works(ops.app, "acme", old)


def test_a_secret_is_ended_by_its_id(ops: Administrator) -> None:
    secret = ops.create("acme")
    (known,) = ops.shown("acme")["secrets"]
    path = f"{CLIENTS}/acme/secrets/{known['id']}"
    assert ops.ask("DELETE", path).status_code == 204
    assert not works(ops.app, "acme", secret)
    assert fields_of(ops.ask("DELETE", path), 404, "unknown-secret") == set()


def test_a_change_is_shown_and_asking_twice_is_asking_once(ops: Administrator) -> None:
    ops.create("acme")
    wanted = {"name": "Acme Ltd.", "plan": "plenty", "scopes": ["admin", READ_SCOPE]}
    first = ops.change("acme", **wanted, disabled=True)
    assert {field: first[field] for field in wanted} == wanted
    assert first["disabled_at"] is not None
    assert ops.change("acme", **wanted, disabled=True) == first == ops.shown("acme")
    assert ops.change("acme", disabled=False)["disabled_at"] is None
    actions = [entry["action"] for entry in ops.log("?client=acme")]
    assert actions == ["client.created", "client.changed", "client.disabled", "client.enabled"]


def test_if_match_holds_off_a_change_that_did_not_see_the_one_before(ops: Administrator) -> None:
    ops.create("acme")
    path = f"{CLIENTS}/acme"
    tag = ops.ask("GET", path).headers["ETag"]
    first = ops.ask("PATCH", path, json={"name": "First"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = ops.ask("PATCH", path, json={"name": "Second"}, headers={"If-Match": tag})
    assert fields_of(second, 412, "changed-meanwhile") == set()
    tag = first.headers["ETag"]
    third = ops.ask("PATCH", path, json={"name": "Third"}, headers={"If-Match": f'"x", {tag}'})
    assert third.status_code == 200
    assert ops.ask("PATCH", path, json={}, headers={"If-Match": "*"}).status_code == 200
    assert ops.shown("acme")["name"] == "Third"


@pytest.mark.parametrize(
    ("body", "status", "slug", "fields"),
    [
        ({"id": "a b"}, 422, "invalid-client", "id"),
        ({"id": "x" * 65, "plan": "golden"}, 422, "invalid-client", "id plan"),
        ({"id": ""}, 422, "invalid-client", "id"),
        ({"id": "ü"}, 422, "invalid-client", "id"),
        ({"scopes": ["root"]}, 422, "invalid-client", "scopes"),
        ({"scopes": []}, 422, "invalid-client", "scopes"),
        ({"name": ""}, 422, "invalid-client", "name"),
        ({"name": "a\x00b"}, 422, "invalid-client", "name"),
        ({"name": "x" * 201}, 422, "invalid-client", "name"),
        ({"scopes": READ_SCOPE}, 400, "invalid-body", "scopes"),
        ({"id": 5, "colour": "red"}, 400, "invalid-body", "id colour"),
    ],
    ids=str,
)
def test_what_no_client_can_be_is_refused_by_field(
    ops: Administrator, body: dict[str, Any], status: int, slug: str, fields: str
) -> None:
    response = ops.ask("POST", CLIENTS, json={"id": "acme", "name": "Acme", **body})
    assert fields_of(response, status, slug) == set(fields.split())
    assert ops.log() == []


def test_every_other_refusal_names_what_is_wrong(ops: Administrator) -> None:
    ops.create("acme")
    path = f"{CLIENTS}/acme"
    assert fields_of(ops.ask("PATCH", path, json={"plan": "x"}), 422, "invalid-client") == {"plan"}
    assert fields_of(ops.ask("PATCH", path, json={"id": "x"}), 400, "invalid-body") == {"id"}
    assert fields_of(ops.ask("PATCH", path, json=[]), 400, "invalid-body") == {"body"}
    rotation = ops.ask("POST", f"{path}/secrets", json={"ends_in_seconds": -1})
    assert fields_of(rotation, 422, "invalid-client") == {"ends_in_seconds"}
    for unknown in ("nobody", "a%00b", "%F0%9F"):
        assert fields_of(ops.ask("GET", f"{CLIENTS}/{unknown}"), 404, "unknown-client") == set()
    assert ops.ask("PATCH", f"{CLIENTS}/nobody", json={}).status_code == 404
    assert ops.ask("POST", f"{CLIENTS}/nobody/secrets", json={}).status_code == 404
    assert ops.ask("DELETE", f"{CLIENTS}/nobody/secrets/x").status_code == 404
    assert ops.ask("DELETE", f"{path}/secrets/%00").status_code == 404
    assert ops.ask("POST", CLIENTS, data="x").status_code == 415
    assert ops.ask("POST", CLIENTS, data="x", content_type="application/json").status_code == 400
    for query in ("?limit=0", "?limit=1001", "?after=a%00b", "?colour=red"):
        assert len(fields_of(ops.ask("GET", f"{CLIENTS}{query}"), 400, "invalid-query")) == 1
    assert not store_of(ops.app).sql.breaker.is_open


def test_an_administrator_cannot_lock_itself_out(ops: Administrator) -> None:
    path = f"{CLIENTS}/ops"
    secret = ops.ask("POST", f"{path}/secrets", json={}).json or {}
    for body in ({"disabled": True}, {"scopes": [READ_SCOPE]}):
        assert fields_of(ops.ask("PATCH", path, json=body), 409, "would-lock-out") == set()
    last = ops.ask("DELETE", f"{path}/secrets/{secret['secret_id']}")
    assert fields_of(last, 409, "would-lock-out") == set()
    assert works(ops.app, "ops", secret["client_secret"])
    assert ops.change("ops", scopes=[ADMIN_SCOPE, READ_SCOPE])["name"] == "Test"


def test_without_the_scope_it_is_403_and_counts(replica: Flask) -> None:
    token = token_for(replica, "reader", plan="three-an-hour")
    headers = {"Authorization": f"Bearer {token}"}
    paths = [CLIENTS, "/api/v1/audit-log", f"{CLIENTS}/reader", CLIENTS]
    answers = [replica.test_client().get(path, headers=headers) for path in paths]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    assert 'scope="admin"' in answers[0].headers["WWW-Authenticate"]


def test_a_batch_does_not_lead_around_the_scope(replica: Flask) -> None:
    headers = {"Authorization": f"Bearer {token_for(replica, 'reader')}"}
    asked = {"questions": ["clients", "clients/reader", "audit-log", "calendars/SE"]}
    answers = replica.test_client().post("/api/v1/batch", json=asked, headers=headers).json or {}
    assert [answer["status"] for answer in answers["answers"]] == [404, 404, 404, 200]


def test_an_administrator_may_not_ask_about_calendars_by_that(ops: Administrator) -> None:
    assert ops.ask("GET", CALENDAR).status_code == 403


def test_answers_are_as_documented(ops: Administrator) -> None:
    ops.create("acme")
    document = ops.app.test_client().get("/openapi.json").json or {}
    components = {"components": document["components"]}
    for path in (CLIENTS, f"{CLIENTS}/{{client_id}}", "/api/v1/audit-log"):
        operation = document["paths"][path]["get"]
        assert operation["security"][0] == {"client": [ADMIN_SCOPE]}
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        body = ops.ask("GET", path.format(client_id="acme")).json
        jsonschema.validate(body, {**schema, **components})
    created = document["paths"][CLIENTS]["post"]["responses"]
    assert {"201", "409", "422"} <= created.keys()
    assert "200" not in created


@pytest.fixture
def other(make_replica: MakeReplica, sql_url: str, replica: Flask) -> FlaskClient:
    """A client of another replica, which has heard of the bulletin by now."""
    app = make_replica(
        sql_url=sql_url, sql_timeout_seconds=5, redis_timeout_seconds=2, replica="replica-2"
    )
    client = app.test_client()
    client.get("/health/live")
    eventually(lambda: store_of(app).bulletin.is_current)
    return client


def bearer_of(ops: Administrator, client_id: str, secret: str) -> dict[str, str]:
    granted = grant(ops.app, client_id, secret).json or {}
    return {"Authorization": f"Bearer {granted['access_token']}"}


def test_a_disabled_client_is_refused_by_every_worker_within_a_second(
    ops: Administrator, other: FlaskClient
) -> None:
    secret = ops.create("acme")
    headers = bearer_of(ops, "acme", secret)
    assert other.get(CALENDAR, headers=headers).status_code == 200
    ops.change("acme", disabled=True)
    eventually(lambda: other.get(CALENDAR, headers=headers).status_code == 401, 1)
    refused = other.get(CALENDAR, headers=headers)
    assert (refused.json or {})["type"] == "/problems/invalid-token"
    assert not works(ops.app, "acme", secret)
    ops.change("acme", disabled=False)
    eventually(lambda: other.get(CALENDAR, headers=headers).status_code == 200, 1)


def test_another_plan_and_other_scopes_hold_on_every_worker_within_a_second(
    ops: Administrator, other: FlaskClient
) -> None:
    headers = bearer_of(ops, "acme", ops.create("acme", scopes=[READ_SCOPE, ADMIN_SCOPE]))
    assert other.get(CALENDAR, headers=headers).headers["X-RateLimit-Limit"] == "6000"
    ops.change("acme", plan="hundred-an-hour")
    limit = "X-RateLimit-Limit"
    eventually(lambda: other.get(CALENDAR, headers=headers).headers[limit] == "100", 1)
    assert other.get(CLIENTS, headers=headers).status_code == 200
    ops.change("acme", scopes=[READ_SCOPE])
    eventually(lambda: other.get(CLIENTS, headers=headers).status_code == 403, 1)
    assert other.get(CALENDAR, headers=headers).status_code == 200


def test_nothing_changes_that_redis_cannot_tell(ops: Administrator, valkey: Valkey) -> None:
    secret = ops.create("acme")
    before = ops.shown("acme")
    valkey.kill()
    path = f"{CLIENTS}/acme"
    answers = [
        ops.ask("PATCH", path, json={"disabled": True}),
        ops.ask("PATCH", path, json={"plan": "plenty"}),
        ops.ask("POST", f"{path}/secrets", json={"ends_in_seconds": 0}),
        ops.ask("DELETE", f"{path}/secrets/{before['secrets'][0]['id']}"),
    ]
    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert ops.shown("acme") == before
    assert works(ops.app, "acme", secret)
    assert [entry["action"] for entry in ops.log()] == ["client.created"]


def test_a_client_takes_no_look_at_sql_once_it_is_known(ops: Administrator) -> None:
    headers = bearer_of(ops, "acme", ops.create("acme"))
    client = ops.app.test_client()
    assert client.get(CALENDAR, headers=headers).status_code == 200
    asked: list[str] = []
    engine = store_of(ops.app).sql.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for _ in range(20):
        assert client.get(CALENDAR, headers=headers).status_code == 200
    assert [statement for statement in asked if "name" in statement] == []


def test_an_unknown_client_takes_the_way_of_a_wrong_secret(
    ops: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops.create("one")
    ops.create("two")
    ops.ask("POST", f"{CLIENTS}/two/secrets", json={})
    add_client(ops.app, "none")
    ops.ask("DELETE", f"{CLIENTS}/none/secrets/{ops.shown('none')['secrets'][0]['id']}")
    store = store_of(ops.app)
    store.prober.stop()
    did: list[str] = []

    def asked(*given: Any) -> None:
        if "LIMIT" not in given[2]:  # A probe that was under way when they were stopped.
            did.append(given[2])

    event.listen(store.sql.engine, "before_cursor_execute", asked)
    compare, redis_call = hmac.compare_digest, store.redis.call

    def compared(one: str, other: str) -> bool:
        did.append("compare")
        return compare(one, other)

    def called(ask: Any) -> Any:
        did.append("redis")
        return redis_call(ask)

    monkeypatch.setattr(hmac, "compare_digest", compared)
    monkeypatch.setattr(store.redis, "call", called)
    ways = set()
    directory = ops.app.extensions[AUTH].clients
    for client_id in ("nobody", "none", "one", "two"):
        did.clear()
        assert directory.verify(client_id, "wrong") is None
        ways.add(tuple(did))
    assert len(ways) == 1
    assert next(iter(ways))[1:] == ("compare", "compare")


def test_when_a_client_last_asked_is_written_once_a_minute(ops: Administrator) -> None:
    headers = bearer_of(ops, "acme", ops.create("acme"))
    assert ops.shown("acme")["last_used_at"] is None
    store = store_of(ops.app)
    store.prober.stop()
    store.prober.run_once()
    first = ops.shown("acme")["last_used_at"]
    assert first is not None
    written: list[str] = []
    event.listen(store.sql.engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    ops.app.test_client().get(CALENDAR, headers=headers)
    ops.app.extensions[AUTH].clients._last_use.flush()
    assert [statement for statement in written if statement.startswith("UPDATE")] == []
    assert ops.shown("acme")["last_used_at"] == first
