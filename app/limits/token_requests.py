"""How many tokens one client may ask for, from all its addresses together.

Counted once the client has proved who it is: an id that anybody may claim must lock out nobody.
"""

import math
import time

from flask import current_app
from limits import RateLimitItem, parse

from app.errors.problems import RateLimited
from app.limits import limits
from app.observability import metrics


def charge_token_request(client_id: str) -> None:
    """Take one from what the plan ``token`` allows, by client in place of address.

    Raises RateLimited.
    """
    (limiter,) = current_app.extensions["limiter"]
    for window in limits().plans.token.windows:
        item: RateLimitItem = parse(f"{window.limit}/{window.seconds} seconds")
        if not limiter.limiter.hit(item, "token-client", client_id):
            metrics.LIMITED.labels("token").inc()
            reset = limiter.limiter.get_window_stats(item, "token-client", client_id).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            raise RateLimited(
                f"The limit of {window.limit} token requests in {window.seconds} seconds is used "
                f"up; wait {wait} seconds, and keep a token until it is about to expire.",
                wait,
            )
