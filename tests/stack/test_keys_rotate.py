"""Keys rotate under load, and nobody notices."""

import base64
import json

import pytest

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack, request
from tests.stack.steady_load import SteadyLoad

pytestmark = pytest.mark.long

REPLICAS = ("replica-1", "replica-2", "replica-3")


def test_a_rotation_under_load_fails_no_request(token_stack: RunningStack) -> None:
    with SteadyLoad(token_stack.port(), QUESTION, token_stack.token()) as load:
        done = token_stack.command("flask", "keys", "rotate")
        new = done.stdout.strip()
        assert done.returncode == 0, done.stderr
        for replica in REPLICAS:
            eventually(lambda replica=replica: new in _published(token_stack, replica), 3)  # type: ignore[misc]
        eventually(lambda: _signer(token_stack) == new, 15)
        with SteadyLoad(token_stack.port(), QUESTION, token_stack.token()) as with_the_new_key:
            eventually(lambda: with_the_new_key.outcomes.total() > 200, 10)
    assert load.failures == {}
    assert with_the_new_key.failures == {}


def _published(stack: RunningStack, replica: str) -> set[str]:
    keys = request(stack.port(replica), "GET", "/.well-known/jwks.json").json()["keys"]
    return {key["kid"] for key in keys}


def _signer(stack: RunningStack) -> str:
    """The id of the key that a token is signed with now."""
    token: str = stack.ask_for_token().json()["access_token"]
    header = token.partition(".")[0]
    kid: str = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    return kid
