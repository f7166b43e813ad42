"""An application without a network: Redis is down, SQLite is a file, requests are calls."""

import base64
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.store.prober import Prober
from tests.conftest import MakeApp, add_client, token_for

MakeToken = Callable[..., str]


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(Prober, "ensure_started", lambda _self: None)
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def make_token(app: Flask) -> MakeToken:
    """Issue tokens for clients that are made for the purpose."""
    return partial(token_for, app)


@pytest.fixture
def bearer(make_token: MakeToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token()}"}


@pytest.fixture
def credentials(app: Flask) -> tuple[str, str]:
    """Id and secret of a client in the database."""
    return "demo", add_client(app, "demo")


def basic(client_id: str, secret: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}
