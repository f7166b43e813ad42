"""The cache of answers: around the view, behind the guards, so that it answers nobody unknown."""

import hashlib
import time
from collections.abc import Callable
from functools import partial, wraps
from wsgiref.types import WSGIEnvironment

from flask import Response, current_app, request
from werkzeug.http import quote_etag

from app.cache import AnswerCache, answer_cache
from app.observability import metrics

LONGEST_WAIT_SECONDS = 1.0  # About what the dearest answer takes.
FIRST_PAUSE_SECONDS = 0.005
IS_KEPT = "fasti.cache.is_kept"  # In the environ, which a question of a batch has for itself.

QUESTION = "fasti.cache.question"  # In the environ, which a question of a batch has for itself.
TIER = "fasti.cache.tier"  # as above
LONGEST_HASHED_BYTES = 65_536  # To hash more costs as much as to make it.

View = Callable[..., bytes]


def cached(view: View) -> Callable[..., Response]:
    """Turn a view that returns JSON bytes into one that is asked once an hour for each question.

    In this worker: what it makes costs less than a look in Redis would.
    """

    @wraps(view)
    def answer(**path_parameters: str) -> Response:
        return respond(kept(partial(view, **path_parameters)))

    return answer


def cached_for_all(view: View) -> Callable[..., Response]:
    """As ``cached``, for a view whose answers are dear: made once for all replicas."""

    @wraps(view)
    def answer(**path_parameters: str) -> Response:
        return respond(kept_for_all(partial(view, **path_parameters)))

    return answer


def kept(make: Callable[[], bytes], *decided: object) -> bytes:
    """Return the answer to the question of this request, made at most once an hour in a worker.

    What ``make`` raises is never kept, so neither are errors. The key holds the answer version (new
    facts and new code need no flush), the path, every parameter, in one order, and ``decided``:
    whatever else the answer depends on, such as its format. Only its bytes are kept.
    """
    return _kept(lambda _cache, _key: _made(make), decided)


def kept_for_all(make: Callable[[], bytes], *decided: object) -> bytes:
    """As ``kept``, made once for all replicas: the others take it from Redis, or wait for it."""
    return _kept(lambda cache, key: _made_once(cache, key, make), decided)


def is_kept() -> bool:
    """True when the answer to this request was kept, and holds for longer than today."""
    return bool(request.environ.get(IS_KEPT))


def true_today_only() -> None:
    """Say that the answer to this request depends on what day it is."""
    request.environ[IS_KEPT] = False


def current_tier() -> str | None:
    """Where the answer to this request came from; None when it is not one that is kept."""
    found: str | None = request.environ.get(TIER)
    return found


def _kept(fetch: Callable[[AnswerCache, str], bytes], decided: tuple[object, ...]) -> bytes:
    environ = request.environ
    environ.setdefault(IS_KEPT, True)
    cache = answer_cache()
    key = environ[QUESTION] = _key(decided)
    body: bytes | None = cache.memory.get(key)
    if body is not None:
        environ[TIER] = "memory"
        metrics.count_cache("memory")
        return body
    environ[TIER] = "made"  # Maybe by another, whom this one waits for.
    body = cache.flights.run(key, partial(fetch, cache, key))
    cache.memory.set(key, body)
    return body


def _made_once(cache: AnswerCache, key: str, make: Callable[[], bytes]) -> bytes:
    """From Redis, or made under a lease, so that no other worker makes it at the same time.

    Whoever waits for another looks again at growing distances, and makes it itself when the other
    gave up, when Redis is gone, or after as long as an answer may take.
    """
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    pause_seconds = FIRST_PAUSE_SECONDS
    while (body := cache.shared.get(key)) is None:
        if cache.shared.take_lease(key) or time.monotonic() > deadline:
            return _made_for_all(cache, key, make)
        time.sleep(pause_seconds)
        pause_seconds *= 2
    request.environ[TIER] = "shared"
    metrics.count_cache("shared")
    return bytes(body)


def _made_for_all(cache: AnswerCache, key: str, make: Callable[[], bytes]) -> bytes:
    try:
        body = _made(make)
    except Exception:
        cache.shared.give_lease_back(key)
        raise
    cache.shared.set(key, body)  # The lease ends by itself: who comes now finds the answer first.
    return body


def _made(make: Callable[[], bytes]) -> bytes:
    metrics.count_cache("made")
    return make()


def respond(body: bytes, content_type: str = "application/json") -> Response:
    """Return the answer, or 304 when the client holds it already."""
    environ = request.environ
    response = Response(body, content_type=content_type)
    response.headers.add("ETag", quote_etag(_tag(body, environ)))
    seconds = current_app.config["FASTI_CLIENT_CACHE_SECONDS"]
    response.headers.add("Cache-Control", f"private, max-age={seconds}")
    if "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MATCH" in environ:
        response.make_conditional(environ)
        del response.headers["Date"]  # The server sends it, and twice is once too often.
    return response


def _tag(body: bytes, environ: WSGIEnvironment) -> str:
    """The tag of a body: of what it says, or, of a long one, of its question and the version.

    The same question of the same version has the same answer.
    """
    question: str | None = environ.get(QUESTION)
    if question is not None and len(body) > LONGEST_HASHED_BYTES:
        body = question.encode()
    return hashlib.sha256(body).hexdigest()[:32]


def _key(decided: tuple[object, ...]) -> str:
    parameters = sorted(request.args.items(multi=True))
    question = repr((request.path, parameters, *map(str, decided))).encode()
    version = current_app.config["FASTI_ANSWER_VERSION"]
    return f"{version}:{hashlib.sha256(question).hexdigest()}"
