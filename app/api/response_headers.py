"""The header fields of answers, as the document describes them, and which answers have which."""

from collections.abc import Iterable
from typing import Any

from app.api import data_version
from app.facts.almanac import DATA_VERSION

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}


def _header(
    description: str, example: Any, schema: dict[str, Any] = TEXT, *, is_always_there: bool = True
) -> dict[str, Any]:
    described = {"description": description, "schema": schema, "example": example}
    return {**described, "required": is_always_there}


HEADERS = {
    "X-Request-ID": _header(
        "The id of the request: yours, or one made here.", "5f0c2b1e9d3a4c7f8e6b5a4d3c2b1a09"
    ),
    "Cache-Control": _header("Who may keep the answer, and how long.", "private, max-age=300"),
    "ETag": _header(
        "Names this very answer, for If-None-Match; of a client, the version for If-Match.",
        '"0123456789abcdef0123456789abcdef"',
    ),
    "Vary": _header(
        "The request headers that the answer depends on.", "Accept-Language", is_always_there=False
    ),
    "Content-Language": _header(
        "The languages of the names in the answer, if it has any.", "de, en", is_always_there=False
    ),
    data_version.HEADER: _header(data_version.MEANING, DATA_VERSION),
    "Location": _header("The address of the client.", "/api/v1/clients/acme"),
    "Content-Disposition": _header(
        "The file name to save it under.", "attachment; filename=US-2026.csv"
    ),
    "WWW-Authenticate": _header("How to authenticate (RFC 6750).", 'Bearer realm="fasti"'),
    "Retry-After": _header("Seconds to wait before asking again.", 12, COUNT),
    "RateLimit-Policy": _header(
        "The windows of the plan: name, quota and seconds of each.", '"minute";q=6000;w=60'
    ),
    "RateLimit": _header(
        "What is left in each window, and seconds until its count begins to fade.",
        '"minute";r=5999;t=42',
    ),
    "X-RateLimit-Limit": _header("The quota of the tightest window.", 6000, COUNT),
    "X-RateLimit-Remaining": _header("What is left of it.", 5999, COUNT),
    "X-RateLimit-Reset": _header(
        "When its count begins to fade, as a Unix time.", 1_782_000_042, COUNT
    ),
    "Access-Control-Allow-Origin": _header("Pages of any origin may read it.", "*"),
    "Access-Control-Expose-Headers": _header("Such a page may read every header.", "*"),
}
ALWAYS = ("X-Request-ID", "Cache-Control")
LIMIT = (
    "RateLimit-Policy",
    "RateLimit",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)
OF_STATUS = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
OF_LANGUAGE = ("Vary", "Content-Language")
OF_NAGER = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
WITHOUT_FACTS = ("clients", "problems", "tokens")


def references(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the headers of these names as an answer lists them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def headers_of(operation: dict[str, Any], status: int) -> dict[str, dict[str, str]]:
    """Return the headers that an answer of ``operation`` has, but for those its view named."""
    responses = operation["responses"]
    content = responses[str(status)].get("content", {})
    formats = responses.get("200", {}).get("content", {})
    (tag,) = operation["tags"]
    names = [*ALWAYS, *OF_STATUS.get(status, ())]
    is_counted = "429" in responses
    if is_counted and not (status == 401 and operation["security"]):  # refused before it counts
        names += LIMIT
    if status == 304 or (status == 200 and content and "304" in responses):
        names.append("ETag")
        if len(formats) > 1:
            names.append("Vary")
    if status in (200, 304) and list(formats) == ["text/csv"]:
        names.append("Content-Disposition")
    if status < 400 and tag not in WITHOUT_FACTS:
        names.append(data_version.HEADER)
    if status < 400 and is_in_languages(operation):
        names += OF_LANGUAGE
    if tag == "nager":
        names += OF_NAGER
    return references(names)


def is_in_languages(operation: dict[str, Any]) -> bool:
    """True where names are shown in the language of the reader."""
    named = operation["responses"].get("200", {}).get("headers", {})
    parameters = {parameter["name"] for parameter in operation["parameters"]}
    return "lang" in parameters or "Content-Language" in named
