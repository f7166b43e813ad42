"""The cache of answers: around the view, behind the guards, so that it answers nobody unknown."""

import hashlib
from collections.abc import Callable
from functools import wraps

from flask import Response, current_app, request

from app.cache import answer_cache
from app.facts.almanac import DATA_VERSION
from app.observability import metrics


def cached(view: Callable[..., bytes]) -> Callable[..., Response]:
    """Turn a view that returns JSON bytes into one that is asked once an hour for each question.

    What the view raises is never kept, so neither are errors. The key holds the data version (new
    facts need no flush), the path, and every parameter, in one order.
    """

    @wraps(view)
    def answer(**path_parameters: str) -> Response:
        cache = answer_cache()
        key = _key()
        body = cache.get(key)
        if body is None:
            metrics.CACHE.labels("miss").inc()
            body = view(**path_parameters)
            cache.set(key, body)
        else:
            metrics.CACHE.labels("hit").inc()
        return respond(body)

    return answer


def respond(body: bytes) -> Response:
    """Return the answer, or 304 when the client holds it already."""
    response = Response(body, content_type="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.private = True
    response.cache_control.max_age = current_app.config["FASTI_CLIENT_CACHE_SECONDS"]
    return response.make_conditional(request)  # type: ignore[return-value]


def _key() -> str:
    parameters = sorted(request.args.items(multi=True))
    question = repr((request.path, parameters)).encode()
    return f"{DATA_VERSION}:{hashlib.sha256(question).hexdigest()}"
