"""Every attack on a token, at the application itself."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth import EXTENSION as AUTH
from tests.api.conftest import MakeToken
from tests.token_attacks import ATTACKS, Deployment

QUESTION = "/api/v1/calendars/SE"


@pytest.fixture
def aim(app: Flask, make_token: MakeToken) -> Deployment:
    key = app.extensions[AUTH].keys.signing_key
    return Deployment(key.private, key.id, "https://fasti.test", make_token("demo"))


def test_what_the_attacks_are_made_of_gets_in(client: FlaskClient, aim: Deployment) -> None:
    for token in (aim.good, aim.signed()):
        response = client.get(QUESTION, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_401_with_a_challenge(
    client: FlaskClient, aim: Deployment, attack: str
) -> None:
    response = client.get(QUESTION, headers={"Authorization": ATTACKS[attack](aim)})
    assert response.status_code == 401, response.text
    assert response.content_type == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="fasti"')
