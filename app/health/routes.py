"""GET /health/live, GET /health/ready, GET /metrics

``degraded`` is 200: such a replica answers, and taking it out would make the outage larger.
"""

from http import HTTPStatus

from flask import Blueprint, Response, current_app

from app.auth import auth
from app.auth.guard import public
from app.facts.almanac import DATA_VERSION
from app.health.draining import is_draining
from app.json_response import json_response
from app.observability import metrics
from app.store import store
from app.store.breaker import Breaker

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
@public
def live() -> Response:
    """Say that the process answers at all. 200, always."""
    return _uncached({"status": "live", "replica": current_app.config["FASTI_REPLICA"]})


@blueprint.get("/health/ready")
@public
def ready() -> Response:
    """Say whether to send traffic here. Costs no round trip: a background thread does the looking.

    200: ``ready``, or ``degraded`` with the components that are down and since when.
    503: ``starting`` until every component was looked at once and the revoked tokens are known;
    ``draining`` before the end.
    """
    components = {
        "redis": _component(store().redis.breaker),
        "sql": _component(store().sql.breaker),
    }
    status = "ready"
    if any(component["status"] == "down" for component in components.values()):
        status = "degraded"
    if not (store().prober.has_looked and auth().revocations.is_known):
        status = "starting"
    if is_draining():
        status = "draining"
    body = {
        "status": status,
        "replica": current_app.config["FASTI_REPLICA"],
        "data_version": DATA_VERSION,
        "components": components,
    }
    can_answer = status in ("ready", "degraded")
    return _uncached(body, HTTPStatus.OK if can_answer else HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.get("/metrics")
@public
def prometheus() -> Response:
    """Answer the metrics of this replica; nginx does not pass this path on to the public."""
    return metrics.exposition()


def _component(breaker: Breaker) -> dict[str, str]:
    status = "down" if breaker.is_open else "up"
    return {"status": status, "since": breaker.since.isoformat(timespec="seconds")}


def _uncached(body: object, status: int = HTTPStatus.OK) -> Response:
    response = json_response(body, status=status)
    response.cache_control.no_store = True
    return response
