"""How much may be asked: one limit per client over all replicas; per address without a token.

Flask-Limiter decides, by its sliding window counter, on a storage of ours that outlives Redis.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import Flask, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItem

from app.auth.guard import current_identity, is_anonymous
from app.limits import headers
from app.limits.cost import cost_of_request
from app.limits.plan import Plan
from app.limits.plans import Plans, load_plans
from app.limits.storage import SharedStorage
from app.settings import Settings
from app.store import EXTENSION as STORE

EXTENSION = "fasti.limits"
TOKEN_ENDPOINTS = ("oauth.token", "oauth.revoke", "oauth.introspect")
IPV6_PREFIX = 64  # What one household or one server is given: it can use any address in it.


@dataclass(frozen=True, slots=True)
class Policy:
    """Which limit a request counts against. name: what its headers call it; key: whose it is."""

    name: str
    key: str
    limit: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The parts of this room that one application uses."""

    plans: Plans


def limits() -> Limits:
    """The limits of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


def _policy(name: str, key: str, plan: Plan) -> Policy:
    windows = (f"{window.limit}/{window.seconds} seconds" for window in plan.windows)
    return Policy(name, key, ";".join(windows))


def init_app(app: Flask, settings: Settings) -> None:
    """Count every guarded request. To be called after auth, which finds out for whom.

    Raises PlansError.
    """
    plans = load_plans(settings)
    app.extensions[EXTENSION] = Limits(plans)

    def decide() -> Policy | None:
        if (identity := current_identity()) is not None:
            return _policy("client", f"client:{identity.client_id}", plans.of(identity.plan))
        if request.endpoint in TOKEN_ENDPOINTS:
            return _policy("token", f"address:{request.remote_addr}", plans.token)
        if _is_anonymous_question():
            key = f"anonymous:{network_of(request.remote_addr or '')}"
            return _policy("anonymous", key, plans.anonymous)
        return None  # Public routes cost nothing here; nginx keeps a coarse limit per address.

    def policy() -> Policy | None:
        """Decided once a request: the limiter asks for each part of it."""
        if "limit_policy" not in g:
            g.limit_policy = decide()
        found: Policy | None = g.limit_policy
        return found

    def key() -> str:
        found = policy()
        return found.key if found else ""

    def limit() -> str:
        found = policy()
        return found.limit if found else "1/second"

    store = app.extensions[STORE]
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"redis": store.redis, "share": store.worker_share}
    limiter = Limiter(
        key_func=key,
        application_limits=[
            ApplicationLimit(limit, exempt_when=lambda: policy() is None, cost=cost_of_request)
        ],
        strategy="sliding-window-counter",
        storage_uri=f"{SharedStorage.STORAGE_SCHEME[0]}://",
        headers_enabled=False,  # Its own would send Retry-After with every 200.
    )
    limiter.init_app(app)

    def window() -> headers.Window | None:
        """Read once a request: a refusal and its headers say the same."""
        if "limit_window" not in g:
            g.limit_window = read_window()
        found: headers.Window | None = g.limit_window
        return found

    def read_window() -> headers.Window | None:
        if (current := limiter.current_limit) is None or (found := policy()) is None:
            return None
        item: RateLimitItem = current.limit
        storage: SharedStorage = limiter.storage  # type: ignore[assignment]
        counted = storage.get_sliding_window(current.key, item.get_expiry())
        limit, seconds = item.amount, item.get_expiry()
        effective = storage.effective_limit(current.key, limit, seconds)
        return headers.Window(found.name, limit, effective, seconds, *counted)

    headers.register(app, window)


def _is_anonymous_question() -> bool:
    """True for a view that answers without a token; what a browser asks beforehand is free."""
    if request.endpoint is None or request.method == "OPTIONS":
        return False
    return is_anonymous(current_app.view_functions[request.endpoint])


def network_of(address: str) -> str:
    """Return whom an address stands for: itself, or in IPv6 the network of 64 bits it is in.

    An IPv4-mapped IPv6 address is the IPv4 one; what is no address is left as it is.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((found, IPV6_PREFIX), strict=False))
    return str(found)
