"""The cache of answers: around the view, behind the guards, so that it answers nobody unknown."""

import hashlib
from collections.abc import Callable
from functools import partial, wraps

from flask import Response, current_app, request

from app.cache import answer_cache
from app.observability import metrics


def cached(view: Callable[..., bytes]) -> Callable[..., Response]:
    """Turn a view that returns JSON bytes into one that is asked once an hour for each question."""

    @wraps(view)
    def answer(**path_parameters: str) -> Response:
        return respond(kept(partial(view, **path_parameters)))

    return answer


def kept(make: Callable[[], bytes], *decided: object) -> bytes:
    """Return the answer to the question of this request, made at most once an hour.

    What ``make`` raises is never kept, so neither are errors. The key holds the answer version (new
    facts and new code need no flush), the path, every parameter, in one order, and ``decided``:
    whatever else the answer depends on, such as its format. Only its bytes are kept.
    """
    cache = answer_cache()
    key = _key(decided)
    body: bytes | None = cache.get(key)
    if body is None:
        metrics.CACHE.labels("miss").inc()
        body = make()
        cache.set(key, body)
    else:
        metrics.CACHE.labels("hit").inc()
    return body


def respond(body: bytes, content_type: str = "application/json") -> Response:
    """Return the answer, or 304 when the client holds it already."""
    response = Response(body, content_type=content_type)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.private = True
    response.cache_control.max_age = current_app.config["FASTI_CLIENT_CACHE_SECONDS"]
    return response.make_conditional(request)  # type: ignore[return-value]


def _key(decided: tuple[object, ...]) -> str:
    parameters = sorted(request.args.items(multi=True))
    question = repr((request.path, parameters, *map(str, decided))).encode()
    version = current_app.config["FASTI_ANSWER_VERSION"]
    return f"{version}:{hashlib.sha256(question).hexdigest()}"
