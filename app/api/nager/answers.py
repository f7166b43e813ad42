"""How these answers go out: their media type, and how long anybody may keep them."""

from collections.abc import Callable
from functools import wraps

from flask import Response, current_app, request

from app.api.clock import seconds_left_today
from app.api.nager.lookup import NagerQuery
from app.cache.answers import cached_for_all, respond

CONTENT_TYPE = "application/json; charset=utf-8"
V4_SECONDS = 604_800  # A week, as the v4 of Nager.Date says.


def facts(
    max_age_seconds: int | None = None, *, query: type[NagerQuery] = NagerQuery
) -> Callable[[Callable[..., bytes]], Callable[..., Response]]:
    """Turn a view that returns JSON bytes into one whose answer depends on the facts alone.

    It is made once for all replicas, but for a question with parameters that ``query`` ignores:
    anybody may ask here, and could fill the cache with one answer under many addresses.
    max_age_seconds: how long clients and proxies may keep it; None for as long as any answer of
    the service.
    """

    def decorate(view: Callable[..., bytes]) -> Callable[..., Response]:
        kept = cached_for_all(view)

        @wraps(view)
        def answer(**path_parameters: str) -> Response:
            if query.knows(request.args):
                response = kept(**path_parameters)
            else:
                response = respond(view(**path_parameters))
            return _published(response, _seconds(max_age_seconds))

        return answer

    return decorate


def for_today(
    body: bytes | None, *, offset_hours: int = 0, max_age_seconds: int | None = None
) -> Response:
    """Return an answer that is true today only: nobody may keep it beyond the day.

    body: the JSON; None when there is none, which is 204.
    """
    response = Response(status=204) if body is None else respond(body)
    seconds = min(_seconds(max_age_seconds), seconds_left_today(offset_hours))
    return _published(response, seconds)


def yes_or_no(
    is_so: bool, *, offset_hours: int = 0, max_age_seconds: int | None = None
) -> Response:
    """Return 200 for yes and 204 for no, both without a body; true today only."""
    response = Response(status=200 if is_so else 204)
    seconds = min(_seconds(max_age_seconds), seconds_left_today(offset_hours))
    return _published(response, seconds)


def _seconds(max_age_seconds: int | None) -> int:
    if max_age_seconds is not None:
        return max_age_seconds
    default: int = current_app.config["FASTI_CLIENT_CACHE_SECONDS"]
    return default


def _published(response: Response, seconds: int) -> Response:
    response.content_type = CONTENT_TYPE
    response.headers["Cache-Control"] = f"public,max-age={seconds}"
    return response
