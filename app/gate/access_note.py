"""What nginx writes of a request into its access log, beyond what it knows itself.

In one header of the answer, which it takes off: four words, ``-`` for what there is none of.
"""

from flask import Response, g

from app.auth.guard import current_identity
from app.cache.answers import current_tier
from app.limits.charging import Charge
from app.observability.metrics import current_route

HEADER = "X-Fasti-Access"


def note(tier: str, charge: Charge | None, client_id: str | None, route: str) -> tuple[str, str]:
    """The header: tier of the cache, plan, client and route."""
    plan = "-" if charge is None else charge.plan.name
    return HEADER, f"{tier} {plan} {client_id or '-'} {route}"


def add_note(response: Response) -> Response:
    """Add it to an answer of Flask, once the gate has kept what is the same for everyone."""
    identity = current_identity()
    client_id = None if identity is None else identity.client_id
    said = note(current_tier() or "-", g.get("limit_charge"), client_id, current_route())
    response.headers.add(*said)
    return response
