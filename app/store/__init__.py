"""Redis and SQL: the connections, a circuit breaker for each, and the threads that watch them."""

from dataclasses import dataclass

from flask import Flask, current_app

from app.setting_values import addresses_of
from app.settings import Settings
from app.store.bulletin import Bulletin
from app.store.named_server import Address
from app.store.prober import Prober
from app.store.redis_gateway import RedisGateway
from app.store.sql_gateway import SqlGateway
from app.store.worker_share import WorkerShare

EXTENSION = "fasti.store"
SENTINEL_SERVICE = "fasti"


@dataclass(frozen=True, slots=True)
class Store:
    """The dependencies of one application. Nothing connects before it is used."""

    redis: RedisGateway
    sql: SqlGateway
    bulletin: Bulletin
    worker_share: WorkerShare
    prober: Prober


def init_app(app: Flask, settings: Settings) -> None:
    """Make the gateways; the first request of a process starts its prober, if nobody did before."""
    redis = RedisGateway(
        settings.redis_url.get_secret_value(),
        settings.redis_timeout_seconds,
        [Address(host, port) for host, port in addresses_of(settings.redis_sentinels)],
        settings.redis_sentinel_service or SENTINEL_SERVICE,
        secret.get_secret_value() if (secret := settings.redis_sentinel_password) else None,
    )
    sql = SqlGateway(settings.sql_url.get_secret_value(), settings.sql_timeout_seconds)
    share = WorkerShare(redis, settings.replica, settings.expected_workers, settings.probe_seconds)
    bulletin = Bulletin(redis, settings.catch_up_seconds)
    prober = Prober(
        (share.beat, settings.probe_seconds),
        (sql.probe, settings.probe_seconds),
        (bulletin.listen, 0),  # It waits for news itself.
    )
    app.extensions[EXTENSION] = Store(redis, sql, bulletin, share, prober)
    app.before_request(prober.ensure_started)


def store() -> Store:
    """The store of the current application."""
    found: Store = current_app.extensions[EXTENSION]
    return found
