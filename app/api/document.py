"""Spectree's document, completed: with what is so of every operation, and no view has to say."""

from collections.abc import Mapping
from typing import Any

from app.api.bodies import ProblemBody
from app.api.documented import Refusal
from app.api.oauth.blueprint import FORM
from app.api.path_parameters import PATH_PARAMETERS
from app.api.response_headers import HEADERS, headers_of, is_in_languages
from app.errors.load_balancer import (
    BadGateway,
    GatewayTimeout,
    HeaderTooLarge,
    Overloaded,
    UriTooLong,
)
from app.errors.problem import CONTENT_TYPE, Problem
from app.errors.problems import (
    InternalError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Unavailable,
)

ANYWHERE: tuple[type[Problem], ...] = (
    NotFound,
    MethodNotAllowed,
    PayloadTooLarge,
    UriTooLong,
    HeaderTooLarge,
    InternalError,
    BadGateway,
    Unavailable,
    Overloaded,
    GatewayTimeout,
)
"""What any address may answer, as for a wrong method, or when no replica is up."""

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` of the answer you hold: 304 when it is still the answer.",
    "example": '"0123456789abcdef0123456789abcdef"',
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` of the version to change: 412 when it is another by now.",
    "example": "*",
}
ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Languages of `display_name` by quality, where `lang` says nothing. The answer "
    "says in `Content-Language` which it is in.",
    "example": "sv, de;q=0.8",
}
BOUNDS = {"ge": "minimum", "le": "maximum"}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Return ``document``, which Spectree made, with all it has to say. It is changed in place."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation, schemas)
    document["components"]["headers"] = HEADERS
    document["components"]["responses"] = {kind.slug: _anywhere(kind) for kind in ANYWHERE}
    return document


def _complete(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    for part in ("summary", "description"):
        operation[part] = operation[part].replace("``", "`")  # from docstrings to Markdown
    for parameter in operation["parameters"]:
        _give_example(parameter)
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:  # Spectree takes every form for one with files.
        content[FORM] = content.pop("multipart/form-data")
    for body in content.values():
        body["example"] = _example_body(schemas[body["schema"]["$ref"].rpartition("/")[2]])

    responses = operation["responses"]
    if "304" in responses:
        operation["parameters"].append(IF_NONE_MATCH)
        responses["304"] = {"description": "What you hold is still the answer."}
    if "412" in responses:
        operation["parameters"].append(IF_MATCH)
    if is_in_languages(operation):
        operation["parameters"].append(ACCEPT_LANGUAGE)
    for status, response in responses.items():
        named = response.get("headers", {})
        response["headers"] = {**headers_of(operation, int(status)), **named}
    operation["responses"] = dict(sorted(responses.items()))


def _give_example(parameter: dict[str, Any]) -> None:
    """Make the schema one of a parameter, which is never null, and give it its example."""
    if parameter["in"] == "path":
        known = PATH_PARAMETERS[parameter["name"]]
        parameter["schema"] = dict(known.schema)
        parameter["example"] = known.example
        return
    schema = parameter["schema"]
    for alternative in schema.pop("anyOf", ()):
        if alternative != {"type": "null"}:
            schema |= {BOUNDS.get(name, name): value for name, value in alternative.items()}
    examples = [*schema.pop("examples", ()), schema.get("default")]
    if examples[0] is not None:
        parameter["example"] = examples[0]
    if schema.get("default", ...) is None:
        del schema["default"]
    if schema.pop("deprecated", False):
        parameter["deprecated"] = True
    schema.pop("title", None)
    schema.pop("description", None)


def _example_body(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a client may send, by the examples of its parts."""
    return {
        name: part["examples"][0] if "examples" in part else part["const"]
        for name, part in schema["properties"].items()
        if "examples" in part or "const" in part
    }


def _anywhere(kind: type[Problem]) -> dict[str, Any]:
    example = Refusal.of(kind).body.model_dump(mode="json", exclude_none=True)
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {
        "description": f"{kind.status} {kind.title}",
        "content": {CONTENT_TYPE: {"schema": schema, "examples": {kind.slug: {"value": example}}}},
    }
