"""GET /openapi.json and GET /docs, both public; the page asks no other server for anything."""

from functools import cache

from flask import Blueprint, Response, request
from offapi import OpenAPITemplate

from app.api.document import complete
from app.api.documented import spec
from app.auth.guard import public
from app.cache.answers import respond
from app.json_response import json_bytes

blueprint = Blueprint("openapi", __name__)


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
    return json_bytes(complete(spec.spec))


@cache
def _page() -> str:
    settings = spec.config.swagger_oauth2_config()
    template: str = OpenAPITemplate.SWAGGER.value
    return template.format(spec_url="/openapi.json", spec_path="docs", **settings)
