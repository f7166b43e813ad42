"""The commands of an operator."""

import json
import os
import pwd
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.store import migrations
from app.store.sql_gateway import SqlGateway
from tests.api.conftest import basic
from tests.conftest import MakeApp
from tests.integration.conftest import MakeReplica


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output


def works(app: Flask, credentials: dict[str, str]) -> bool:
    response = app.test_client().post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers=basic(credentials["client_id"], credentials["client_secret"]),
    )
    return response.status_code == 200


def test_a_client_is_created_and_its_secret_printed_once(app: Flask) -> None:
    code, output = run(app, "clients", "create", "--id", "acme", "--name", "Acme")
    assert code == 0
    assert works(app, json.loads(output))
    code, output = run(app, "clients", "create", "--id", "acme", "--name", "Acme")
    assert code == 1
    assert output == "Error: There is a client acme already.\n"


def test_a_secret_in_a_file_is_readable_by_its_owner_alone(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "acme.json"
    file.write_text("old")
    file.chmod(0o644)
    run(app, "clients", "create", "--id", "acme", "--name", "Acme", "--output", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert works(app, json.loads(file.read_text()))


def test_a_lost_secret_is_replaced_and_a_kept_one_is_kept(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "acme.json"
    command = ["clients", "create", "--id", "acme", "--name", "Acme", "--if-missing"]
    command += ["--output", str(file)]
    assert run(app, *command)[0] == 0
    first = json.loads(file.read_text())
    assert run(app, *command)[0] == 0
    assert json.loads(file.read_text()) == first
    file.unlink()
    assert run(app, *command)[0] == 0
    assert works(app, json.loads(file.read_text()))
    assert not works(app, first)


def test_a_plan_that_there_is_not_is_refused_and_those_there_are_named(app: Flask) -> None:
    code, output = run(app, "clients", "create", "--id", "a", "--name", "A", "--plan", "golden")
    assert code == 2
    assert "seven-an-hour" in output


def test_a_plan_holds_for_the_client(app: Flask) -> None:
    _, output = run(
        app, "clients", "create", "--id", "small", "--name", "S", "--plan", "seven-an-hour"
    )
    credentials = json.loads(output)
    client = app.test_client()
    token = client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers=basic("small", credentials["client_secret"]),
    ).json
    assert token is not None
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    response = client.get("/api/v1/calendars/SE", headers=bearer)
    assert response.headers["X-RateLimit-Limit"] == "7"


@pytest.fixture
def stack(make_replica: MakeReplica) -> Flask:
    """An application that has a Redis to tell."""
    return make_replica()


def shown(app: Flask, client_id: str) -> dict[str, Any]:
    code, output = run(app, "clients", "show", client_id)
    assert code == 0, output
    return dict(json.loads(output))


def test_an_operator_sees_and_changes_clients(stack: Flask) -> None:
    run(stack, "clients", "create", "--id", "ops", "--name", "Ops", "--scope", "admin")
    run(stack, "clients", "create", "--id", "acme", "--name", "Acme")
    _, output = run(stack, "clients", "list")
    assert [json.loads(line)["id"] for line in output.splitlines()] == ["acme", "ops"]
    assert shown(stack, "ops")["scopes"] == ["admin"]
    assert run(stack, "clients", "disable", "acme")[0] == 0
    assert shown(stack, "acme")["disabled_at"] is not None
    assert run(stack, "clients", "disable", "acme")[0] == 0
    assert run(stack, "clients", "enable", "acme")[0] == 0
    assert run(stack, "clients", "set-plan", "acme", "plenty")[0] == 0
    assert run(stack, "clients", "set-scopes", "acme", "admin", "calendars:read")[0] == 0
    acme = shown(stack, "acme")
    assert (acme["disabled_at"], acme["plan"]) == (None, "plenty")
    assert acme["scopes"] == ["admin", "calendars:read"]


def test_a_secret_is_rotated_and_ended_by_command(stack: Flask, tmp_path: Path) -> None:
    first = json.loads(run(stack, "clients", "create", "--id", "acme", "--name", "Acme")[1])
    second = json.loads(run(stack, "clients", "rotate", "acme")[1])
    assert works(stack, first)
    assert works(stack, second)
    file = tmp_path / "third.json"
    assert (
        run(stack, "clients", "rotate", "acme", "--ends-in", "24h", "--output", str(file))[0] == 0
    )
    assert [works(stack, each) for each in (first, second)] == [False, True]
    assert works(stack, json.loads(file.read_text()))
    assert shown(stack, "acme")["secrets"][0]["ends_at"] is not None
    assert run(stack, "clients", "end-secret", "acme", second["secret_id"])[0] == 0
    assert not works(stack, second)


def test_who_did_it_at_the_command_line_is_in_the_audit_log(stack: Flask) -> None:
    run(stack, "clients", "create", "--id", "acme", "--name", "Acme")
    run(stack, "clients", "create", "--id", "other", "--name", "Other")
    run(stack, "clients", "disable", "acme")
    code, output = run(stack, "audit-log", "--client", "acme", "--from", "2020-01-01")
    assert code == 0
    entries = [json.loads(line) for line in output.splitlines()]
    assert [entry["action"] for entry in entries] == ["client.created", "client.disabled"]
    assert {entry["actor"] for entry in entries} == {f"cli:{pwd.getpwuid(os.getuid()).pw_name}"}
    assert run(stack, "audit-log", "--to", "2020-01-01") == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["clients", "show", "nobody"], 1, "No client has that id"),
        (["clients", "set-plan", "acme", "golden"], 2, "plan must be one of"),
        (["clients", "set-scopes", "acme", "root"], 2, "scopes must be one or more of"),
        (["clients", "rotate", "acme", "--ends-in", "soon"], 2, "must be such as"),
        (["clients", "rotate", "acme", "--ends-in", "99d"], 2, "ends_in_seconds must be"),
        (["clients", "end-secret", "acme", "ffffffff"], 1, "`secrets` lists those"),
        (["clients", "create", "--id", "a b", "--name", "A"], 2, "id must be"),
        (["audit-log", "--from", "yesterday"], 2, "must be a date, or a time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_that_is_refused_says_what_to_change(
    stack: Flask, arguments: list[str], code: int, words: str
) -> None:
    run(stack, "clients", "create", "--id", "acme", "--name", "Acme")
    result, output = run(stack, *arguments)
    assert (result, words in output) == (code, True), output
    assert "Traceback" not in output


def test_without_redis_a_client_is_added_and_none_is_changed(app: Flask) -> None:
    assert run(app, "clients", "create", "--id", "acme", "--name", "Acme")[0] == 0
    code, output = run(app, "clients", "disable", "acme")
    assert (code, "nothing was changed" in output) == (1, True)
    assert shown(app, "acme")["disabled_at"] is None


def test_the_newest_key_is_kept_when_there_is_one(app: Flask) -> None:
    first = run(app, "keys", "create", "--if-missing")
    assert first == run(app, "keys", "create", "--if-missing")


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    assert run(app, "database", "upgrade") == (0, "")
    assert run(app, "database", "upgrade") == (0, "")


def test_replicas_that_upgrade_a_file_at_once_all_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"

    def upgrade(_number: int) -> None:
        gateway = SqlGateway(url, timeout_seconds=10)
        try:
            migrations.upgrade(gateway)
        finally:
            gateway.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, range(4)))  # raises what any of them raised


def test_a_client_of_before_the_plans_is_put_on_the_default(tmp_path: Path) -> None:
    gateway = SqlGateway(f"sqlite:///{tmp_path / 'old.sqlite3'}", timeout_seconds=10)
    migrations.upgrade(gateway, "0001")
    with gateway.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO clients (id, name, secret_sha256, scopes, rate_limit, created_at)"
            " VALUES ('acme', 'Acme', 'x', 'calendars:read', '5/minute', '2026-11-21')"
        )
    migrations.upgrade(gateway)
    with gateway.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT id, scopes, plan FROM clients").all()
    gateway.close()
    assert [tuple(client) for client in kept] == [("acme", "calendars:read", "standard")]


def test_keys_are_rotated_listed_and_pruned(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(signing_keys_directory=tmp_path / "keys", key_published_seconds=86_400)
    first = run(app, "keys", "create")[1].strip()
    second = run(app, "keys", "rotate")[1].strip()
    app = make_app(signing_keys_directory=tmp_path / "keys", key_published_seconds=86_400)
    lines = run(app, "keys", "list")[1].splitlines()
    assert lines[0] == f"{first} signs"
    assert lines[1].startswith(f"{second} signs from 2")
    assert run(app, "keys", "prune") == (0, "")
