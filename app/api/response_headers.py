"""The header fields of answers, as the document describes them, and which answers have which."""

from typing import Any

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}


def _header(description: str, example: Any, schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    return {"description": description, "schema": schema, "example": example, "required": True}


HEADERS = {
    "X-Request-ID": _header(
        "The id of the request: yours, or one made here.", "5f0c2b1e9d3a4c7f8e6b5a4d3c2b1a09"
    ),
    "Cache-Control": _header("Who may keep the answer, and how long.", "private, max-age=300"),
    "ETag": _header(
        "Names this very answer, for If-None-Match.", '"0123456789abcdef0123456789abcdef"'
    ),
    "Vary": _header("The request header that the answer depends on.", "Accept"),
    "Content-Disposition": _header(
        "The file name to save it under.", "attachment; filename=US-2026.csv"
    ),
    "WWW-Authenticate": _header("How to authenticate (RFC 6750).", 'Bearer realm="fasti"'),
    "Retry-After": _header("Seconds to wait before asking again.", 12, COUNT),
    "RateLimit-Policy": _header(
        "The limit: its name, quota and window in seconds.", '"client";q=6000;w=60'
    ),
    "RateLimit": _header(
        "What is left, and seconds until the window ends.", '"client";r=5999;t=42'
    ),
    "X-RateLimit-Limit": _header("The quota.", 6000, COUNT),
    "X-RateLimit-Remaining": _header("What is left of it.", 5999, COUNT),
    "X-RateLimit-Reset": _header("When the window ends, as a Unix time.", 1_782_000_042, COUNT),
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
OF_NAGER = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")


def headers_of(operation: dict[str, Any], status: int, *, is_get: bool) -> dict[str, Any]:
    """Return the headers that an answer of ``operation`` always has, as references."""
    content = operation["responses"][str(status)].get("content", {})
    formats = operation["responses"].get("200", {}).get("content", {})
    names = [*ALWAYS, *OF_STATUS.get(status, ())]
    is_counted = "429" in operation["responses"]
    if is_counted and not (status == 401 and operation["security"]):  # refused before it counts
        names += LIMIT
    if is_get and (status == 304 or (status == 200 and content)):
        names.append("ETag")
        if len(formats) > 1:
            names.append("Vary")
    if status in (200, 304) and list(formats) == ["text/csv"]:
        names.append("Content-Disposition")
    if operation["tags"] == ["nager"]:
        names += OF_NAGER
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
