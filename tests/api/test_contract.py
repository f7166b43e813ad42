"""The OpenAPI document is complete and true: every example in it is sent, and answered as it says.

A new operation needs an example for each parameter and each part of its body, and a way to provoke
each answer it documents: see contract.py. What is missing is listed by name.
"""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app.api.documented import spec
from app.errors.problem import Problem
from tests.api.contract import OF_REDIS, Operation, operations_of
from tests.api.walk import ONE_REQUEST, Walk, unseen_examples
from tests.conftest import MakeApp
from tests.integration.test_clients import lose_the_database

ELSEWHERE = {
    "method-not-allowed",  # of no operation: it takes another method
    "internal-error",
    # of nginx alone: tests/stack
    "uri-too-long",
    "header-too-large",
    "bad-gateway",
    "overloaded",
    "gateway-timeout",
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").get_json())


@pytest.fixture
def operations(document: dict[str, Any]) -> list[Operation]:
    return operations_of(document)


@pytest.fixture
def walk(app: Flask, make_app: MakeApp, operations: list[Operation], tmp_path: Path) -> Walk:
    """Through all that needs no Redis; tests/integration/test_contract.py asks the others."""
    without_redis = [operation for operation in operations if not operation.needs_redis]
    limited = make_app(**ONE_REQUEST)
    return Walk(app, limited, without_redis, lambda: lose_the_database(app, tmp_path))


def test_every_parameter_has_an_example(operations: list[Operation]) -> None:
    missing = [
        f"{op}: no example for {name}" for op in operations for name in op.missing_examples()
    ]
    remedy = "\nGive the Field `examples=[...]`, or PATH_PARAMETERS an example."
    assert not missing, "\n".join(missing) + remedy


def test_every_example_is_answered_as_documented(walk: Walk) -> None:
    found = walk.wrong_examples()
    assert not found, "\n".join(found)


def test_every_documented_answer_is_provoked(walk: Walk) -> None:
    found, details = walk.provoke()
    assert not found, "\n".join(found)
    slugs = {kind.slug for kind in Problem.__subclasses__()} - ELSEWHERE - OF_REDIS
    assert unseen_examples(details, slugs) == []


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
