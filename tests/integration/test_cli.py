"""The commands of an operator."""

import json
import stat
from pathlib import Path

import pytest
from flask import Flask

from tests.api.conftest import basic
from tests.conftest import MakeApp


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


@pytest.mark.parametrize("limit", ["100", "100/fortnight", "many/minute"])
def test_a_limit_that_is_none_is_refused(app: Flask, limit: str) -> None:
    code, output = run(app, "clients", "create", "--id", "a", "--name", "A", "--rate-limit", limit)
    assert code == 2
    assert "100/minute" in output


def test_a_limit_of_its_own_holds_for_the_client(app: Flask) -> None:
    _, output = run(
        app, "clients", "create", "--id", "small", "--name", "S", "--rate-limit", "7/hour"
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


def test_the_newest_key_is_kept_when_there_is_one(app: Flask) -> None:
    first = run(app, "keys", "create", "--if-missing")
    assert first == run(app, "keys", "create", "--if-missing")


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    assert run(app, "database", "upgrade") == (0, "")
    assert run(app, "database", "upgrade") == (0, "")
