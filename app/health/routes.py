"""GET /health/live, GET /health/ready, GET /metrics

``degraded`` is 200: such a replica answers, and taking it out would make the outage larger.
"""

from http import HTTPStatus

from flask import Blueprint, Response, current_app

from app.auth.guard import public
from app.facts.almanac import DATA_VERSION
from app.health.condition import Condition
from app.json_response import json_response
from app.observability import metrics

blueprint = Blueprint("health", __name__)

CONDITION = "fasti.health.condition"


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
    condition: Condition = current_app.extensions[CONDITION]
    status = condition.status
    body = {
        "status": status,
        "replica": current_app.config["FASTI_REPLICA"],
        "data_version": DATA_VERSION,
        "components": {
            name: {"status": part.status, "since": part.since}
            for name, part in condition.dependencies().items()
        },
    }
    can_answer = status in ("ready", "degraded")
    return _uncached(body, HTTPStatus.OK if can_answer else HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.get("/metrics")
@public
def prometheus() -> Response:
    """Answer the metrics of this replica; nginx does not pass this path on to the public."""
    return metrics.exposition()


def _uncached(body: object, status: int = HTTPStatus.OK) -> Response:
    response = json_response(body, status=status)
    response.cache_control.no_store = True
    return response
