"""The clients on PostgreSQL: outages of a server. tests/integration/test_clients.py runs the rules.

Skipped where no PostgreSQL server is installed; .ci/run installs one where it can.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.auth import EXTENSION as AUTH
from app.auth.scopes import OFFLINE_SCOPE
from app.store.breaker import DependencyDown
from tests.conftest import MakeApp, add_client, store_of
from tests.integration.conftest import Valkey
from tests.integration.postgres import Postgres
from tests.integration.test_refresh_tokens import grant, refresh
from tests.integration.test_revocation import make_client, revoke, status_of

pytestmark = pytest.mark.xdist_group("postgresql")  # one server


def test_a_restart_between_two_questions_is_not_noticed(
    postgres: Postgres, make_app: MakeApp
) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = add_client(app, "restart")
        postgres.stop()
        postgres.start()
        assert clients.verify("restart", secret) is not None


def test_an_outage_opens_the_breaker_and_its_end_closes_it(
    postgres: Postgres, make_app: MakeApp
) -> None:
    app = make_app(sql_url=postgres.url)
    with app.app_context():
        clients = app.extensions[AUTH].clients
        secret = add_client(app, "outage")
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
        secret = add_client(app, "hung")
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
    client = make_client(app, "refresher", OFFLINE_SCOPE)
    first = grant(app, client)
    with ThreadPoolExecutor(6) as pool:
        uses = pool.map(lambda _: refresh(app, client, first["refresh_token"]), range(6))
        assert sorted(answer["status"] for answer in uses) == [200, 400, 400, 400, 400, 400]
    assert status_of(app, first["access_token"]) == 401
    assert revoke(app, client, first["access_token"]) == 200
