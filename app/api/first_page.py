"""GET /, public: what this is, and how to begin, for a person; the same addresses for a machine."""

import base64
import hashlib
from functools import cache

from flask import Blueprint, Response, current_app, render_template, request

from app.auth.guard import public
from app.cache.answers import respond
from app.facts.almanac import DATA_VERSION
from app.json_response import json_bytes

blueprint = Blueprint("first_page", __name__, template_folder="templates")

HTML, JSON = "text/html", "application/json"
STYLES = "first_page.css"


@blueprint.get("/")
@public
def show_first_page() -> Response:
    """Answer a page for a browser, and its addresses as JSON for whoever accepts no HTML."""
    as_json = request.accept_mimetypes.best_match((HTML, JSON), default=HTML) == JSON
    response = respond(json_bytes(_addresses()), JSON) if as_json else _page()
    response.vary.add("Accept")
    return response


def _addresses() -> dict[str, str]:
    return {
        "name": "Fasti",
        "data_version": DATA_VERSION,
        "documentation": f"{request.host_url}docs",
        "openapi": f"{request.host_url}openapi.json",
        "tokens": f"{request.host_url}oauth/token",
        "calendars": f"{request.host_url}api/v1/calendars",
        "health": f"{request.host_url}health/ready",
    }


def _page() -> Response:
    styles, digest = _styles()
    page = render_template(
        "first_page.html",
        styles=styles,
        base_url=request.host_url,
        data_version=DATA_VERSION,
        has_nager="nager" in current_app.blueprints,
    )
    response = respond(page.encode(), f"{HTML}; charset=utf-8")
    # Nothing but what is in it: no script, no request to anywhere.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@cache
def _styles() -> tuple[str, str]:
    """The style sheet and its digest, as a Content-Security-Policy names it."""
    with blueprint.open_resource(f"templates/{STYLES}", "r") as file:
        styles = str(file.read())
    return styles, base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
