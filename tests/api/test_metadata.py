"""GET /.well-known/oauth-authorization-server: all that a client library needs to know."""

from flask.testing import FlaskClient


def test_every_endpoint_that_is_named_is_there(client: FlaskClient) -> None:
    response = client.get("/.well-known/oauth-authorization-server")
    body = response.json
    assert body is not None
    assert body["issuer"] == "https://fasti.test"
    for name, url in body.items():
        if name.endswith(("_endpoint", "_uri")):
            path = url.removeprefix("https://fasti.test")
            assert client.options(path).status_code == 200, name
    assert response.headers["Cache-Control"] == "no-store"
