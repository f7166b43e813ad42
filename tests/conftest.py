"""What every suite builds on: an application of its own, with a real database in a file."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import hypothesis
import pytest
from flask import Flask
from prometheus_client import REGISTRY

from app.auth import EXTENSION as AUTH
from app.auth.audit import Actor
from app.auth.clients import DEFAULT_PLAN, Client
from app.auth.keys import create_key
from app.auth.scopes import READ_SCOPE
from app.auth.tokens import issue_token
from app.factory import create_app
from app.observability import metrics
from app.setting_values import Server
from app.settings import Settings
from app.store import EXTENSION, Store, migrations
from app.store.models import ClientRow

hypothesis.settings.register_profile("fasti", deadline=None)  # The machine may be busy.
hypothesis.settings.load_profile("fasti")

REDIS_NOWHERE = "unix:///nonexistent/fasti-test.sock"

PLANS = Path(__file__).with_name("plans.toml")

MakeApp = Callable[..., Flask]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The server of the tests that run one, but of those that run each."""
    parser.addoption("--server", default="gunicorn", choices=get_args(Server))


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> str:
    """The server that was chosen on the command line."""
    return str(request.config.getoption("--server"))


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with one signing key."""
    directory = tmp_path_factory.mktemp("keys")
    create_key(directory)
    return directory


@pytest.fixture
def make_app(tmp_path: Path, signing_keys: Path) -> Iterator[MakeApp]:
    """Make applications that share one migrated database, with the settings a test names."""
    made: list[Flask] = []

    def make(**overrides: object) -> Flask:
        settings = {
            "sql_url": f"sqlite:///{tmp_path / 'fasti.sqlite3'}",
            "sql_timeout_seconds": 10,  # The machine may be busy.
            "redis_url": REDIS_NOWHERE,
            "signing_keys_directory": signing_keys,
            "issuer": "https://fasti.test",
            "plans_file": PLANS,
            "expected_workers": 1,
            "trusted_proxies": 0,
        }
        app = create_app(Settings(**{**settings, **overrides}))  # type: ignore[arg-type]
        app.testing = False  # A fault is to be answered, as in production, not raised.
        migrations.upgrade(store_of(app).sql)
        made.append(app)
        return app

    yield make
    for app in made:
        store_of(app).prober.stop()
        store_of(app).sql.close()
        store_of(app).redis.close()


def store_of(app: Flask) -> Store:
    """The dependencies of ``app``."""
    store: Store = app.extensions[EXTENSION]
    return store


def without_threads(app: Flask) -> Flask:
    """The same, whose requests start no background threads: the test does what they would."""
    app.before_request_funcs[None].remove(store_of(app).prober.ensure_started)
    return app


OPERATOR = Actor("cli:test")


def add_client(
    app: Flask,
    client_id: str,
    scopes: tuple[str, ...] = (READ_SCOPE,),
    plan: str = DEFAULT_PLAN,
) -> str:
    """Add a client, and return its secret."""
    created = app.extensions[AUTH].registry.create(OPERATOR, client_id, "Test", scopes, plan)
    secret: str = created.secret
    return secret


def token_for(
    app: Flask,
    client_id: str = "tester",
    scopes: tuple[str, ...] = (READ_SCOPE,),
    plan: str = DEFAULT_PLAN,
    lifetime_seconds: int = 900,
) -> str:
    """An access token of a client, which is made, or made so, for the purpose."""
    row = ClientRow(
        id=client_id, name="Test", scopes=" ".join(scopes), plan=plan, created_at=datetime.now(UTC)
    )
    store_of(app).sql.call(lambda session: session.merge(row))
    app.extensions[AUTH].clients.on_news(client_id)
    client = Client(client_id, scopes, plan, is_disabled=False)
    with app.app_context():
        return issue_token(client, scopes, lifetime_seconds)


def metric(name: str, **labels: str) -> float:
    """What a metric of this process says now; 0 while there is none."""
    metrics.fold()
    return REGISTRY.get_sample_value(name, labels) or 0.0
