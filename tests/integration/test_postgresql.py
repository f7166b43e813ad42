"""The clients on PostgreSQL: the same migrations and the same rules as on SQLite.

Skipped where no PostgreSQL server is installed; .ci/run installs one where it can.
"""

import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from app.auth import EXTENSION as AUTH
from app.auth.clients import ClientExists
from app.auth.guard import READ_SCOPE
from app.auth.scopes import OFFLINE_SCOPE
from app.store import migrations
from app.store.breaker import DependencyDown
from app.store.sql_gateway import SqlGateway
from tests.conftest import MakeApp, store_of
from tests.free_port import free_port
from tests.integration.conftest import Valkey
from tests.integration.test_refresh_tokens import grant, refresh
from tests.integration.test_revocation import add_client, revoke, status_of


def binary(name: str) -> str | None:
    """The newest one that Debian installed, or the one on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


pytestmark = [
    pytest.mark.skipif(binary("initdb") is None, reason="no PostgreSQL server here"),
    pytest.mark.xdist_group("postgresql"),  # one cluster, and the empty database first
]


class Postgres:
    """A cluster of the test's own. The server will not run as root: root starts it as another."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        self._port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync")

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = f"-p {self._port} -k {self._directory} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-o", options, "-l", f"{self._directory}/log")

    def pause(self, *, resume: bool = False) -> None:
        """Let every process of the server hang, or go on: connections stay, nothing is answered."""
        pid = int((self._directory / "data" / "postmaster.pid").read_text().splitlines()[0])
        number = signal.SIGCONT if resume else signal.SIGSTOP
        for process in (*psutil.Process(pid).children(), psutil.Process(pid)):
            process.send_signal(number)

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "stop", "-m", "immediate")

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(binary(name)), "-D", str(self._directory / "data"), *arguments]
        subprocess.run(  # noqa: S603 - a server of the test's own
            command, user=self._user, check=True, stdout=subprocess.DEVNULL, cwd=self._directory
        )


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    # Its owner must be let through every directory above, which pytest keeps closed.
    directory = Path("/tmp") / f"fasti-postgres-{os.getpid()}"  # noqa: S108 - 0700 below
    directory.mkdir(mode=0o700)
    cluster = Postgres(directory)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(directory)


def test_two_replicas_that_migrate_an_empty_database_at_once_both_succeed(
    postgres: Postgres,
) -> None:
    faults: list[BaseException] = []

    def migrate() -> None:
        gateway = SqlGateway(postgres.url, timeout_seconds=10)
        try:
            migrations.upgrade(gateway)
        except Exception as fault:  # noqa: BLE001 - reported below, from the main thread
            faults.append(fault)
        finally:
            gateway.close()

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_client_is_kept_and_verified(postgres: Postgres, make_app: MakeApp) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = clients.create("acme", "Acme", (READ_SCOPE,), "small")
        with pytest.raises(ClientExists):
            clients.create("acme", "Acme", (READ_SCOPE,))
        known = clients.verify("acme", secret)
        assert known is not None
        assert (known.id, known.plan, known.is_disabled) == ("acme", "small", False)
        assert clients.verify("acme", "wrong") is None


def test_a_restart_between_two_questions_is_not_noticed(
    postgres: Postgres, make_app: MakeApp
) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = clients.create("restart", "Restart", (READ_SCOPE,))
        postgres.stop()
        postgres.start()
        assert clients.verify("restart", secret) is not None


def test_an_outage_opens_the_breaker_and_its_end_closes_it(
    postgres: Postgres, make_app: MakeApp
) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = clients.create("outage", "Outage", (READ_SCOPE,))
        postgres.stop()
        with pytest.raises(DependencyDown):
            clients.verify("outage", secret)
        assert store_of(app).sql.breaker.is_open
        postgres.start()
        store_of(app).sql.probe()
        assert clients.verify("outage", secret) is not None


def test_a_hung_server_costs_one_time_out_and_hides_no_other_dependency(
    postgres: Postgres, make_app: MakeApp
) -> None:
    app = make_app(sql_url=postgres.url, sql_timeout_seconds=0.5, probe_seconds=0.1)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = clients.create("hung", "Hung", (READ_SCOPE,))
        postgres.pause()
        try:
            began = time.monotonic()
            with pytest.raises(DependencyDown):
                clients.verify("hung", secret)
            assert time.monotonic() - began < 2 * 0.5
            with pytest.raises(DependencyDown):
                clients.verify("hung", secret)
            assert time.monotonic() - began < 2 * 0.5
            prober = store_of(app).prober
            prober.ensure_started()
            deadline = time.monotonic() + 5
            while not store_of(app).redis.breaker.is_open and time.monotonic() < deadline:
                time.sleep(0.01)
            assert store_of(app).redis.breaker.is_open  # it was looked at all the same
        finally:
            postgres.pause(resume=True)
        deadline = time.monotonic() + 10
        while store_of(app).sql.breaker.is_open and time.monotonic() < deadline:
            time.sleep(0.05)
        assert clients.verify("hung", secret) is not None


def test_an_id_that_no_client_can_have_is_unknown(postgres: Postgres, make_app: MakeApp) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        assert app.extensions[AUTH].clients.verify("a\x00b", "secret") is None
    assert not store_of(app).sql.breaker.is_open


def test_of_many_uses_of_a_refresh_token_at_once_one_succeeds(
    postgres: Postgres, make_app: MakeApp, valkey: Valkey
) -> None:
    app = make_app(sql_url=postgres.url, redis_url=valkey.url, refresh_grace_seconds=0)
    client = add_client(app, "refresher", OFFLINE_SCOPE)
    first = grant(app, client)
    with ThreadPoolExecutor(6) as pool:
        uses = pool.map(lambda _: refresh(app, client, first["refresh_token"]), range(6))
        assert sorted(answer["status"] for answer in uses) == [200, 400, 400, 400, 400, 400]
    assert status_of(app, first["access_token"]) == 401
    assert revoke(app, client, first["access_token"]) == 200
