"""A client changes its secret under load, and nobody notices."""

import json
from typing import Any

import pytest

from tests.api.conftest import basic
from tests.stack.running_stack import QUESTION, RunningStack
from tests.stack.steady_load import SteadyLoad


@pytest.mark.long
def test_a_secret_is_replaced_without_a_failed_request(token_stack: RunningStack) -> None:
    first = _command(token_stack, "clients", "create", "--id", "rotating", "--name", "Rotating")
    old = basic("rotating", first["client_secret"])
    with SteadyLoad(token_stack.port(), QUESTION, _token(token_stack, old)) as load:
        second = _command(token_stack, "clients", "rotate", "rotating")
        new = basic("rotating", second["client_secret"])
        for _ in range(20):  # The client's processes change over one by one.
            _token(token_stack, old)
            _token(token_stack, new)
        (ended,) = (
            secret["id"]
            for secret in _command(token_stack, "clients", "show", "rotating")["secrets"]
            if secret["id"] != second["secret_id"]
        )
        _command(token_stack, "clients", "end-secret", "rotating", ended)
        assert token_stack.ask_for_token(old).status == 401
        with SteadyLoad(token_stack.port(), QUESTION, _token(token_stack, new)) as with_the_new:
            for _ in range(20):
                _token(token_stack, new)
    assert load.failures == {}
    assert with_the_new.failures == {}


def _command(stack: RunningStack, *command: str) -> Any:
    done = stack.command("flask", *command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _token(stack: RunningStack, credentials: dict[str, str]) -> str:
    answer = stack.ask_for_token(credentials)
    assert answer.status == 200, answer.body
    return str(answer.json()["access_token"])
