"""What a client can find out about itself."""

from flask.testing import FlaskClient

from tests.api.conftest import MakeToken, basic


def test_a_client_sees_its_name_its_scopes_and_its_plan(
    client: FlaskClient, credentials: tuple[str, str]
) -> None:
    issued = client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(*credentials)
    ).json
    assert issued is not None
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    response = client.get("/api/v1/me", headers=headers)
    assert response.json == {
        "client_id": "demo",
        "name": "Test",
        "scopes": ["calendars:read"],
        "plan": {
            "name": "standard",
            "note": "",
            "windows": [{"policy": "minute", "limit": 6000, "window_seconds": 60}],
            "costs": {"single": 1, "list": 1, "feed": 1, "batch": 1},
            "shadow": False,
        },
    }
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_client_sees_every_window_of_its_plan(client: FlaskClient, make_token: MakeToken) -> None:
    headers = {"Authorization": f"Bearer {make_token('acme', plan='three-windows')}"}
    body = client.get("/api/v1/me", headers=headers).json
    assert body is not None
    assert body["plan"]["note"] == "Used up by the minute before it is by the hour."
    assert [window["policy"] for window in body["plan"]["windows"]] == ["minute", "hour", "day"]


def test_usage_that_cannot_be_read_is_503(client: FlaskClient, bearer: dict[str, str]) -> None:
    response = client.get("/api/v1/me/usage", headers=bearer)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["X-RateLimit-Remaining"] == "5999"


def test_a_parameter_is_refused(client: FlaskClient, bearer: dict[str, str]) -> None:
    for path in ("/api/v1/me?days=3", "/api/v1/me/usage?days=3"):
        assert client.get(path, headers=bearer).status_code == 400
