"""GET /openapi.json and GET /docs, both public; the page asks no other server for anything."""

from functools import cache
from typing import Any

from flask import Blueprint, Response, request
from offapi import OpenAPITemplate

from app.api.data_version import HEADER, MEANING
from app.api.documented import spec
from app.api.oauth.blueprint import FORM
from app.auth.guard import public
from app.cache.answers import respond
from app.errors.problem import CONTENT_TYPE
from app.json_response import json_bytes

blueprint = Blueprint("openapi", __name__)

EXAMPLES = {
    "calendar_id": "SE",
    "date": "2026-06-19",
    "slug": "invalid-query",
    "country_code": "US",
    "year": "2026",
    "iso_code": "DE-BY",
    "offset": "1",
    "client_id": "acme",
    "secret_id": "9f86d081",
}
ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Languages of `display_name` by quality, where `lang` says nothing. The answer "
    "says in `Content-Language` which it is in.",
    "required": False,
    "schema": {"type": "string"},
    "example": "sv, de;q=0.8",
}
PROBLEM_SCHEMAS = ("/ProblemBody", "/ProblemDetails")


@blueprint.get("/openapi.json")
@public
def document() -> Response:
    """Answer the OpenAPI 3.1 document of this service."""
    response = respond(_document())
    response.cache_control.private = None
    response.cache_control.public = True
    return response


@blueprint.get("/docs")
@public
def page() -> Response:
    """Answer the page that shows the document and tries it out."""
    response = Response(_page(), content_type="text/html; charset=utf-8")
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = 3600
    return response.make_conditional(request)  # type: ignore[return-value]


@cache
def _document() -> bytes:
    """Spectree's document, with what it cannot say: the media type of problems, path examples."""
    described: dict[str, Any] = spec.spec
    for path, operations in described["paths"].items():
        for operation in operations.values():
            _mend(operation)
            if path.startswith("/api/"):
                _name_data_version(operation)
    return json_bytes(described)


def _mend(operation: dict[str, Any]) -> None:
    for part in ("summary", "description"):
        operation[part] = operation[part].replace("``", "`")  # from docstrings to Markdown
    if any(parameter["name"] == "lang" for parameter in operation["parameters"]):
        operation["parameters"].append(ACCEPT_LANGUAGE)
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["example"] = EXAMPLES[parameter["name"]]
    for response in operation["responses"].values():
        described = response.get("content", {}).get("application/json")
        if described is not None and described["schema"]["$ref"].endswith(PROBLEM_SCHEMAS):
            response["content"] = {CONTENT_TYPE: described}
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:  # Spectree takes every form for one with files.
        content[FORM] = content.pop("multipart/form-data")


def _name_data_version(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            response["headers"] = {HEADER: {"description": MEANING, "schema": {"type": "string"}}}


@cache
def _page() -> str:
    settings = spec.config.swagger_oauth2_config()
    template: str = OpenAPITemplate.SWAGGER.value
    return template.format(spec_url="/openapi.json", spec_path="docs", **settings)
