"""GET /: the first thing a person sees."""

import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient

from tests.conftest import MakeApp


@pytest.mark.parametrize("accept", ["text/html", "*/*", "text/html;q=0.9,application/json;q=0.1"])
def test_a_browser_gets_a_page_that_leads_on(client: FlaskClient, accept: str) -> None:
    response = client.get("/", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    for path in re.findall(r'href="([^"]+)"', response.text):
        assert client.get(path).status_code != 404


def test_a_machine_gets_the_same_addresses(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "application/json"})
    assert response.json is not None
    assert response.json["documentation"] == "http://localhost/docs"
    assert response.vary.as_set() == {"accept"}


def test_the_page_asks_no_other_server_and_runs_nothing(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "text/html"})
    (styles,) = re.findall("<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "<script" not in response.text


def test_a_made_up_host_cannot_write_into_the_page(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "text/html", "Host": '"><script>x</script>'})
    assert "<script" not in response.text


def test_what_is_switched_off_is_not_offered(make_app: MakeApp) -> None:
    client = make_app(nager_enabled=False).test_client()
    assert "/api/v3/" not in client.get("/", headers={"Accept": "text/html"}).text
