"""What every suite builds on: an application of its own, with a real database in a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from app.auth.keys import create_key
from app.factory import create_app
from app.limits import FLUSHER
from app.settings import Settings
from app.store import EXTENSION, Store, migrations

hypothesis.settings.register_profile("fasti", deadline=None)  # The machine may be busy.
hypothesis.settings.load_profile("fasti")

REDIS_NOWHERE = "unix:///nonexistent/fasti-test.sock"

PLANS = Path(__file__).with_name("plans.toml")

MakeApp = Callable[..., Flask]


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
        app.extensions[FLUSHER].stop()
        store_of(app).sql.close()
        store_of(app).redis.close()


def store_of(app: Flask) -> Store:
    """The dependencies of ``app``."""
    store: Store = app.extensions[EXTENSION]
    return store
