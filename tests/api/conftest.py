"""An application without a network: Redis is down, SQLite is a file, requests are calls."""

import base64
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth import EXTENSION as AUTH
from app.auth.clients import DEFAULT_PLAN, Client
from app.auth.guard import READ_SCOPE
from app.auth.tokens import issue_token
from app.store.prober import Prober
from tests.conftest import MakeApp

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
    """Issue tokens for clients that need not exist."""

    def make(
        client_id: str = "tester",
        scopes: tuple[str, ...] = (READ_SCOPE,),
        plan: str = DEFAULT_PLAN,
        lifetime_seconds: int = 900,
    ) -> str:
        with app.app_context():
            known = Client(client_id, "", scopes, plan, is_disabled=False)
            return issue_token(known, scopes, lifetime_seconds)

    return make


@pytest.fixture
def bearer(make_token: MakeToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token()}"}


@pytest.fixture
def credentials(app: Flask) -> tuple[str, str]:
    """Id and secret of a client in the database."""
    with app.app_context():
        secret = app.extensions[AUTH].clients.create("demo", "Demo", (READ_SCOPE,))
    return "demo", secret


def basic(client_id: str, secret: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}
