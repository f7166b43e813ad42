"""How many tokens one client may ask for, from all its addresses together.

Counted once the client has proved who it is: an id that anybody may claim must lock out nobody.
"""

from flask import request

from app.limits import limits
from app.limits.charging import Charge
from app.limits.cost import ONE_QUESTION
from app.limits.refusal import refusal_of


def charge_token_request(client_id: str) -> None:
    """Take one from what the plan ``token`` allows, by client in place of address.

    Raises RateLimited.
    """
    made = limits()
    charge = Charge("token", f"token-client:{client_id}", made.plans.token, ONE_QUESTION)
    verdict = made.decide(charge, request.environ)
    if not verdict.passes:
        raise refusal_of(verdict)
