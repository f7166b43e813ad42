"""How much may be asked: by the plan of the client over all replicas; per address without a token.

Flask-Limiter decides, by a strategy of ours on a storage of ours, which outlives Redis.
"""

from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded

from app.auth import EXTENSION as AUTH
from app.auth.guard import current_identity, is_anonymous
from app.errors.handlers import on_problem
from app.limits import headers, strategy
from app.limits.charging import Charge, Limits
from app.limits.cost import questions_of_request
from app.limits.leased_caller import TICK_SECONDS
from app.limits.plans import load_plans
from app.limits.refusal import refusal_of
from app.limits.storage import SharedStorage
from app.limits.usage import FLUSH_SECONDS, Usage
from app.settings import Settings
from app.store import EXTENSION as STORE
from app.store import Store

EXTENSION = "fasti.limits"
TOKEN_ENDPOINTS = ("oauth.token", "oauth.revoke", "oauth.introspect")


def init_app(app: Flask, settings: Settings) -> None:
    """Count every guarded request. To be called after auth, which finds out for whom.

    Raises PlansError.
    """
    plans = load_plans(settings)
    app.extensions[AUTH].registry.allow_plans(plans.names)
    store: Store = app.extensions[STORE]

    def charge() -> Charge | None:
        """Made once a request: the limiter asks for each part of it."""
        if "limit_charge" not in g:
            g.limit_charge = _charge_of_request(made)
        found: Charge | None = g.limit_charge
        return found

    def windows() -> str:
        """As the limiter reads them; the strategy takes them from the plan."""
        rule = found.plan.windows[0] if (found := charge()) else plans.token.windows[0]
        return f"{rule.limit} per {rule.seconds} second"

    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"redis": store.redis, "share": store.worker_share}
    limiter = Limiter(
        key_func=lambda: found.key if (found := charge()) else "",
        application_limits=[ApplicationLimit(windows, exempt_when=lambda: charge() is None)],
        strategy=strategy.NAME,
        storage_uri=f"{SharedStorage.STORAGE_SCHEME[0]}://",
        headers_enabled=False,  # Its own would send Retry-After with every 200.
    )
    limiter.init_app(app)
    usage = Usage(store.redis)
    made = Limits(plans, limiter.storage, usage)  # type: ignore[arg-type]
    limiter.limiter.limits = made  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = made
    store.prober.add(usage.flush, FLUSH_SECONDS)
    store.prober.add(made.storage.renew_leases, TICK_SECONDS)
    app.register_error_handler(RateLimitExceeded, _refuse)
    app.after_request(headers.add_headers)


def limits() -> Limits:
    """The limits of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


def _charge_of_request(made: Limits) -> Charge | None:
    """Whose limit the request counts against; None for what is free: nginx keeps a coarse one."""
    questions = questions_of_request()
    if (identity := current_identity()) is not None:
        return made.of_client(identity, questions)
    if request.endpoint in TOKEN_ENDPOINTS:
        return Charge("token", f"address:{request.remote_addr}", made.plans.token, questions)
    if _is_anonymous_question():
        return made.of_address(request.remote_addr or "", questions)
    return None


def _is_anonymous_question() -> bool:
    """True for a view that answers without a token; what a browser asks beforehand is free."""
    if request.endpoint is None or request.method == "OPTIONS":
        return False
    return is_anonymous(current_app.view_functions[request.endpoint])


def _refuse(_error: RateLimitExceeded) -> Response:
    verdict = strategy.current_verdict()
    if verdict is None:  # The limiter refuses nothing that it did not ask about.
        raise RuntimeError("refused without a verdict")
    return on_problem(refusal_of(verdict))
