"""What ASP.NET does for every Nager.Date path: any case, any origin, its own shape of problems.

Nothing here touches a path outside /api/v3 and /api/v4.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request

from app.api.nager.blueprint import PREFIXES, blueprint
from app.api.nager.bodies import as_problem_details
from app.errors.handlers import on_problem
from app.errors.problem import CONTENT_TYPE, Problem
from app.json_response import json_bytes

PROBLEM_CONTENT_TYPE = f"{CONTENT_TYPE}; charset=utf-8"
PATHS = tuple(f"{prefix}/" for prefix in PREFIXES)
PREFLIGHT_SECONDS = 86_400  # Browsers keep the answer to a preflight for a day at most.


def init_app(app: Flask) -> None:
    """Take paths in any case, and answer every origin. To be called when all routes are there."""
    segments = {
        segment
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIXES)
        for segment in rule.rule.split("/")
        if segment and not segment.startswith("<")
    }
    app.wsgi_app = AnyCase(app.wsgi_app, segments)  # type: ignore[method-assign]
    app.after_request(allow_every_origin)


def is_ours(path: str) -> bool:
    """True for a path below one of the prefixes, in any case."""
    return path.casefold().startswith(PATHS)


class AnyCase:
    """WSGI: gives the fixed segments of a path the case that its route has.

    ``/Api/v3/publicholidays/2026/us`` becomes ``/api/v3/PublicHolidays/2026/us``. The other
    segments (years, codes) stay as they came: the views read them in either case.
    """

    def __init__(self, application: WSGIApplication, segments: Iterable[str]) -> None:
        self._application = application
        self._segments = {segment.casefold(): segment for segment in segments}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        path: str = environ.get("PATH_INFO", "")
        if is_ours(path):
            environ["PATH_INFO"] = "/".join(
                self._segments.get(segment.casefold(), segment) for segment in path.split("/")
            )
        return self._application(environ, start_response)


def allow_every_origin(response: Response) -> Response:
    """Let a page of any origin read what is answered here, errors included.

    Source: the Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol, read 2026-11-21.
    A ``*`` does not cover the header Authorization, so those asked for are named.
    """
    if not is_ours(request.path):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.status_code = 204
        response.set_data(b"")
        asked = request.headers
        response.headers["Access-Control-Allow-Methods"] = asked["Access-Control-Request-Method"]
        response.headers["Access-Control-Allow-Headers"] = asked.get(
            "Access-Control-Request-Headers", "*"
        )
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers["Access-Control-Expose-Headers"] = "*"
    return response


@blueprint.after_request
def without_a_body_no_type(response: Response) -> Response:
    """Take the media type off an answer that has no body."""
    if response.get_data() == b"":
        response.headers.pop("Content-Type", None)
    return response


@blueprint.errorhandler(Problem)
def on_nager_problem(problem: Problem) -> Response:
    """Our problem in the shape of ASP.NET: ``errors`` by field, and the id as ``traceId`` too."""
    response = on_problem(problem)
    response.set_data(json_bytes(as_problem_details(response.get_json())))
    response.content_type = PROBLEM_CONTENT_TYPE
    return response
