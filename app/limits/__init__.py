"""How much may be asked: one limit per client over all replicas, and one per address for tokens.

Flask-Limiter decides, by its sliding window counter, on a storage of ours that outlives Redis.
"""

from dataclasses import dataclass

from flask import Flask, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItem

from app.auth.guard import current_identity
from app.limits import headers
from app.limits.storage import SharedStorage
from app.settings import Settings
from app.store import EXTENSION as STORE

TOKEN_ENDPOINT = "oauth.token"  # noqa: S105 - the name of a route, no secret


@dataclass(frozen=True, slots=True)
class Policy:
    """Which limit a request counts against. name: what its headers call it; key: whose it is."""

    name: str
    key: str
    limit: str


def init_app(app: Flask, settings: Settings) -> None:
    """Count every guarded request. To be called after auth, which finds out for whom."""

    def policy() -> Policy | None:
        if (identity := current_identity()) is not None:
            limit = identity.rate_limit or settings.rate_limit
            return Policy("client", f"client:{identity.client_id}", limit)
        if request.endpoint == TOKEN_ENDPOINT:
            return Policy("token", f"address:{request.remote_addr}", settings.token_rate_limit)
        return None  # Public routes cost nothing here; nginx keeps a coarse limit per address.

    def key() -> str:
        found = policy()
        return found.key if found else ""

    def limit() -> str:
        found = policy()
        return found.limit if found else settings.rate_limit

    store = app.extensions[STORE]
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"redis": store.redis, "share": store.worker_share}
    limiter = Limiter(
        key_func=key,
        application_limits=[ApplicationLimit(limit, exempt_when=lambda: policy() is None)],
        strategy="sliding-window-counter",
        storage_uri=f"{SharedStorage.STORAGE_SCHEME[0]}://",
        headers_enabled=False,  # Its own would send Retry-After with every 200.
    )
    limiter.init_app(app)

    def window() -> headers.Window | None:
        if (current := limiter.current_limit) is None or (found := policy()) is None:
            return None
        item: RateLimitItem = current.limit
        storage: SharedStorage = limiter.storage  # type: ignore[assignment]
        counted = storage.get_sliding_window(current.key, item.get_expiry())
        return headers.Window(
            found.name,
            item.amount,
            storage.effective_limit(item.amount),
            item.get_expiry(),
            *counted,
        )

    headers.register(app, window)
