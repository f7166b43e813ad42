"""Who changed what: written with the change, readable by administrators, and never changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.auth import audit
from tests.conftest import OPERATOR, store_of
from tests.integration.test_administration import (  # noqa: F401 - fixtures
    CLIENTS,
    Administrator,
    ops,
    replica,
)

LOG = "/api/v1/audit-log"


def test_an_entry_says_who_did_what_to_whom_when_and_from_where(ops: Administrator) -> None:  # noqa: F811
    headers = {"X-Request-ID": "a-request-of-the-test"}
    ops.ask("POST", CLIENTS, json={"id": "acme", "name": "Acme"}, headers=headers)
    (entry,) = ops.log()
    assert (entry["actor"], entry["action"], entry["subject"]) == ("ops", "client.created", "acme")
    assert (entry["address"], entry["request_id"]) == ("127.0.0.1", "a-request-of-the-test")
    assert entry["details"]["plan"] == "standard"
    assert entry["at"].endswith("Z")


def test_a_change_says_what_it_was_before(ops: Administrator) -> None:  # noqa: F811
    ops.create("acme")
    ops.change("acme", plan="plenty")
    assert ops.log()[-1]["details"] == {"plan": {"from": "standard", "to": "plenty"}}


def test_what_is_refused_is_not_logged(ops: Administrator) -> None:  # noqa: F811
    ops.create("acme")
    ops.ask("PATCH", f"{CLIENTS}/acme", json={"name": "x", "plan": "golden"})
    ops.ask("DELETE", f"{CLIENTS}/acme/secrets/ffffffff")
    assert len(ops.log()) == 1


def test_the_entry_is_gone_when_the_change_fails(ops: Administrator) -> None:  # noqa: F811
    def fails(session: Session) -> None:
        audit.record(session, OPERATOR, "client.changed", "acme", {})
        raise KeyError

    with pytest.raises(KeyError):
        store_of(ops.app).sql.change(fails)
    assert ops.log() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "REPLACE INTO audit_log (id, at, actor, action, subject, details)"
        " SELECT id, at, 'nobody', action, subject, details FROM audit_log",
        "TRUNCATE audit_log",
    ],
)
def test_the_database_refuses_to_change_an_entry(ops: Administrator, statement: str) -> None:  # noqa: F811
    sql = store_of(ops.app).sql
    only = {"REPLACE": "sqlite", "TRUNCATE": "postgresql"}.get(statement.split()[0])
    if only not in (None, sql.url.get_backend_name()):
        pytest.skip(f"a statement of {only}")
    ops.create("acme")
    with pytest.raises(DBAPIError, match="append-only"), sql.engine.begin() as connection:
        connection.execute(text(statement))
    assert [entry["actor"] for entry in ops.log()] == ["ops"]


def test_entries_are_found_by_client_and_time_a_page_at_a_time(ops: Administrator) -> None:  # noqa: F811
    for client_id in ("a", "b", "c"):
        ops.create(client_id)
    whole = ops.log()
    assert [entry["subject"] for entry in whole] == ["a", "b", "c"]
    assert ops.log("?client=b") == [whole[1]]
    assert ops.log(f"?from={whole[1]['at']}") == whole[1:]
    assert ops.log(f"?to={whole[1]['at']}") == whole[:1]
    assert ops.log("?to=2020-01-01") == []
    page = ops.ask("GET", f"{LOG}?limit=2").json or {}
    assert page == {"entries": whole[:2], "next_after": whole[1]["id"]}
    rest = ops.ask("GET", f"{LOG}?limit=2&after={page['next_after']}").json
    assert rest == {"entries": whole[2:], "next_after": None}


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "to=2026-11-21T16:00:00", "from=0001-01-01T00:00:00%2B14:00", "after=-1"],
)
def test_a_query_that_cannot_be_read_is_refused(ops: Administrator, query: str) -> None:  # noqa: F811
    response = ops.ask("GET", f"{LOG}?{query}")
    assert response.status_code == 400
    assert (response.json or {})["errors"][0]["field"] == query.split("=")[0]
