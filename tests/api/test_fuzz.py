"""Some hundred requests made from the OpenAPI document, always the same; `make fuzz` sends more."""

from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.auth.scopes import ADMIN_SCOPE, READ_SCOPE
from tests.api.conftest import MakeToken, basic
from tests.api.contract import NEED_REDIS

IDS = {"calendar_id": "SE+NO", "country_code": "DE", "iso_code": "DE-BY", "client_id": "demo"}


def test_what_is_made_from_the_document_is_answered_as_it_says(
    app: Flask, make_token: MakeToken, credentials: tuple[str, str]
) -> None:
    bearer = {"Authorization": f"Bearer {make_token(scopes=(READ_SCOPE, ADMIN_SCOPE))}"}
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    sent = 0
    for found in document.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if operation.label in NEED_REDIS:
            continue  # Refused with 503 here: a fault, to Schemathesis. make fuzz asks them.
        headers = basic(*credentials) if operation.path.startswith("/oauth/") else bearer
        sent += _ask(operation, headers)
    assert sent > 150


def _ask(operation: Any, headers: dict[str, str]) -> int:
    """Ask an operation valid and invalid questions; return how many. Which checks: make fuzz."""
    has_parameters = any((*operation.path_parameters, *operation.query, *operation.body))
    modes = list(GenerationMode) if has_parameters else [GenerationMode.POSITIVE]
    # Of all the strings that may be an id, hardly any is one: nothing would be found out.
    places = {parameter.name for parameter in operation.path_parameters}
    known = {name: IDS[name] for name in places & IDS.keys()} or None
    sent = 0

    @settings(
        max_examples=5,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of([operation.as_strategy(mode, path_parameters=known) for mode in modes]))
    def ask(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    ask()
    return sent
