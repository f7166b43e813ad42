"""How much may be asked: by the plan of the client over all replicas; per address without a token.

Flask-Limiter decides, by a strategy of ours on a storage of ours, which outlives Redis.
"""

from functools import partial

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter

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

    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"redis": store.redis, "share": store.worker_share}
    limiter = Limiter(
        key_func=lambda: "",  # Of limits that are set in its ways; there are none.
        strategy=strategy.NAME,
        storage_uri=f"{SharedStorage.STORAGE_SCHEME[0]}://",
        headers_enabled=False,  # Its own would send Retry-After with every 200.
    )
    # It hooks into an application that it does not know yet: docs/decisions/0023 says why not here.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    usage = Usage(store.redis)
    made = Limits(plans, limiter.storage, usage)  # type: ignore[arg-type]
    limiter.limiter.limits = made  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = made
    store.prober.add(usage.flush, FLUSH_SECONDS)
    store.prober.add(made.storage.renew_leases, TICK_SECONDS)
    app.before_request(partial(_charge_request, made, limiter))
    app.after_request(headers.add_headers)


def limits() -> Limits:
    """The limits of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


def _charge_request(made: Limits, limiter: Limiter) -> Response | None:
    """Charge the request, by the strategy. Return the refusal; None when it passes, or is free."""
    charge = g.limit_charge = _charge_of_request(made)
    if charge is None or limiter.limiter.hit(charge.plan.shortest, charge.key):
        return None
    # As the limiter says it: whoever searches logs knows the words.
    limiter.logger.info(
        "ratelimit %s (%s) exceeded at endpoint: global", charge.plan.shortest, charge.key
    )
    return on_problem(refusal_of(g.limit_verdict))


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
