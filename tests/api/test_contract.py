"""The OpenAPI document is complete and true: every example in it is sent, and answered as it says.

A new operation needs an example for each parameter and each part of its body, and a way to provoke
each answer it documents: see contract.py. What is missing is listed by name.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from app.api import clock
from app.api.documented import spec
from app.errors.problem import CONTENT_TYPE, Problem
from tests.api.conftest import MakeToken
from tests.api.contract import NOON, Operation, Provocation, basic, operations_of, provocation
from tests.conftest import MakeApp
from tests.integration.test_clients import lose_the_database

OF_HTTP = {"Content-Type", "Content-Length", "Date", "Pragma"}
ELSEWHERE = {
    "method-not-allowed",  # of no operation: it takes another method
    "internal-error",
    # of nginx alone: tests/stack
    "uri-too-long",
    "header-too-large",
    "bad-gateway",
    "gateway-timeout",
}

Ask = Callable[[Operation, Provocation], TestResponse]


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").get_json())


@pytest.fixture
def operations(document: dict[str, Any]) -> list[Operation]:
    return operations_of(document)


@pytest.fixture
def ask(
    app: Flask,
    make_app: MakeApp,
    make_token: MakeToken,
    credentials: tuple[str, str],
    operations: list[Operation],
    tmp_path: Path,
) -> Ask:
    """Ask the example of an operation, changed as a provocation says."""
    limited = make_app(
        rate_limit="1/hour", token_rate_limit="1/hour", anonymous_rate_limit="1/hour"
    )
    addresses = {str(operation): f"192.0.2.{n}" for n, operation in enumerate(operations, 1)}

    def headers_for(operation: Operation, how: Provocation) -> dict[str, str]:
        if not operation.is_guarded:
            return basic(*credentials) if operation.path.startswith("/oauth/") else {}
        if not how.is_known:
            return {}
        if how.token is not None:
            return {"Authorization": f"Bearer {how.token}"}
        kwargs = {} if how.scopes is None else {"scopes": how.scopes}
        return {"Authorization": f"Bearer {make_token(addresses[str(operation)], **kwargs)}"}

    def ask(operation: Operation, how: Provocation) -> TestResponse:
        asked = limited if how.is_limited else app
        asked.extensions[clock.EXTENSION] = lambda: how.at
        if not how.has_sql:
            lose_the_database(app, tmp_path)
        request, headers = how.of(operation), headers_for(operation, how)
        address = addresses[str(operation)]

        def send() -> TestResponse:
            return operation.send(asked.test_client(), request, headers, address)

        if how.is_limited:
            send()
        if how.again:
            headers["If-None-Match"] = send().headers["ETag"]
        return send()

    return ask


def faults(operation: Operation, response: TestResponse) -> list[str]:
    """What the document does not say of an answer, or says otherwise."""
    described = operation.described["responses"].get(str(response.status_code))
    if described is None:
        return [f"answers {response.status_code}, which is not documented: {response.text[:200]}"]
    found = []
    for name, reference in described["headers"].items():
        schema = operation.document["components"]["headers"][name]["schema"]
        value: Any = response.headers.get(name)
        if value is None:
            found.append(f"{response.status_code} lacks the header {name}")
            continue
        if schema["type"] == "integer":
            value = json.loads(value)
        found += [f"{name}: {e.message}" for e in Draft202012Validator(schema).iter_errors(value)]
        assert reference == {"$ref": f"#/components/headers/{name}"}
    if extra := set(response.headers.keys()) - OF_HTTP - described["headers"].keys():
        found.append(f"{response.status_code} has undocumented headers: {sorted(extra)}")

    content = described.get("content", {})
    if not content:
        return [*found, *(["has a body, and none is documented"] if response.data else [])]
    media_type = response.mimetype or ""
    if media_type not in content:
        return [*found, f"answers {media_type}, which is not documented"]
    schema = content[media_type]["schema"]
    body = json.loads(response.data) if media_type.endswith("json") else response.text
    validator = Draft202012Validator({**schema, "components": operation.document["components"]})
    found += [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(body)]
    if "example" in content[media_type] and body != content[media_type]["example"]:
        found.append(f"the example of {response.status_code} is not what is answered: {body}")
    return found


def test_every_parameter_has_an_example(operations: list[Operation]) -> None:
    missing = [
        f"{op}: no example for {name}" for op in operations for name in op.missing_examples()
    ]
    remedy = "\nGive the Field `examples=[...]`, or PATH_PARAMETERS an example."
    assert not missing, "\n".join(missing) + remedy


def test_every_example_is_answered_as_documented(
    app: Flask,
    client: FlaskClient,
    operations: list[Operation],
    bearer: dict[str, str],
    credentials: tuple[str, str],
) -> None:
    app.extensions[clock.EXTENSION] = lambda: NOON
    client_id, secret = credentials
    found = []
    for operation in operations:
        for shown, names in operation.examples().items():
            request = operation.request(names)
            headers = bearer if operation.is_guarded else {}
            if request.body and "client_secret" in request.body:
                request.body.update(client_id=client_id, client_secret=secret)  # type: ignore[attr-defined]
            elif operation.path.startswith("/oauth/"):
                headers = basic(client_id, secret)
            response = operation.send(client, request, headers, "192.0.2.1")
            if not 200 <= response.status_code < 300:
                found.append(f"{operation} {shown}: {response.status_code} {response.text[:200]}")
            found += [f"{operation} {shown}: {fault}" for fault in faults(operation, response)]
    assert not found, "\n".join(found)


def test_every_documented_answer_is_provoked(operations: list[Operation], ask: Ask) -> None:
    found: list[str] = []
    details: dict[str, set[str]] = {}
    by_need_of_sql = sorted(
        (
            (operation, int(status), name, example)
            for operation in operations
            for status, name, example in _documented_answers(operation)
        ),
        key=lambda answer: answer[1] == 503,  # The database is lost for good: those come last.
    )
    for operation, status, name, example in by_need_of_sql:
        how = provocation(operation, name)
        if how is None:
            found.append(f"{operation}: nothing provokes {name}; see contract.py")
            continue
        response = ask(operation, how)
        where = f"{operation} {name}"
        if response.status_code != status:
            found.append(f"{where}: {response.status_code} {response.text[:200]}")
            continue
        found += [f"{where}: {fault}" for fault in faults(operation, response)]
        if example is None:
            continue
        body = json.loads(response.data)
        kind = ("type", "title", "status") if "type" in example else ("error",)
        if any(body[key] != example[key] for key in kind):
            found.append(f"{where}: the example says {example}, the answer {body}")
        if parse_options_header(response.content_type)[0] == CONTENT_TYPE:
            details.setdefault(name, set()).add(_without_numbers(body["detail"]))
    assert not found, "\n".join(found)
    kinds = {kind.slug: kind for kind in Problem.__subclasses__()}
    assert details.keys() == kinds.keys() - ELSEWHERE
    for slug, seen in details.items():
        assert _without_numbers(kinds[slug].example) in seen, f"no answer is the example of {slug}"


def _documented_answers(operation: Operation) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Status, name and example of all that the document says may be answered."""
    answers: list[tuple[str, str, dict[str, Any] | None]] = []
    for status, response in operation.described["responses"].items():
        contents = response.get("content", {}).values()
        named = [
            (status, name, example["value"])
            for content in contents
            for name, example in content.get("examples", {}).items()
        ]
        if int(status) >= 400:
            assert named, f"{operation}: {status} has no example"
            answers += named
        elif status != "200" or not contents:
            answers.append((status, status, None))
    return answers


def _without_numbers(text: str) -> str:
    return re.sub(r"[0-9]+", "0", text)


def test_an_example_of_a_part_is_valid(document: dict[str, Any]) -> None:
    found = []
    components = document["components"]
    for name, schema in components["schemas"].items():
        for part, described in schema.get("properties", {}).items():
            validator = Draft202012Validator({**described, "components": components})
            for example in described.get("examples", ()):
                found += [f"{name}.{part}: {e.message}" for e in validator.iter_errors(example)]
    for name, header in components["headers"].items():
        validator = Draft202012Validator(header["schema"])
        found += [f"{name}: {e.message}" for e in validator.iter_errors(header["example"])]
    assert not found, "\n".join(found)


def test_what_any_address_may_answer_is_among_the_components(document: dict[str, Any]) -> None:
    for slug, response in document["components"]["responses"].items():
        (content,) = response["content"].values()
        example = content["examples"][slug]["value"]
        schema = {**content["schema"], "components": document["components"]}
        Draft202012Validator(schema).validate(example)
    assert document["components"]["responses"].keys() >= ELSEWHERE


def test_the_view_that_is_served_is_the_one_that_was_written(app: Flask) -> None:
    """Spectree would wrap each, at 13 µs a request."""
    for endpoint, view in app.view_functions.items():
        layers = [view]
        while (wrapped := getattr(layers[-1], "__wrapped__", None)) is not None:
            layers.append(wrapped)
        foreign = [layer for layer in layers if layer.__code__.co_filename.count("spectree")]
        assert foreign == [], endpoint
        if hasattr(view, "described"):
            assert spec.get_function_metadata(view) is not None
