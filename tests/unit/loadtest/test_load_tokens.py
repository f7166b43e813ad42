"""Tokens are asked for once, shared, and renewed in time."""

import json
from pathlib import Path

import pytest

from loadtest.tokens import Credentials, Grant, TokenSource, grant_of, read_credentials

DEMO = Credentials("demo", "secret")


class Endpoint:
    """A token endpoint that numbers its tokens, and can be told to refuse."""

    def __init__(self) -> None:
        self.issued = 0
        self.refuses = False

    def __call__(self, client: Credentials) -> Grant | None:
        assert client is DEMO
        if self.refuses:
            return None
        self.issued += 1
        return Grant(f"token-{self.issued}", expires_in_seconds=900)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_token_serves_until_a_minute_before_it_expires() -> None:
    clock, endpoint = Clock(), Endpoint()
    source = TokenSource(DEMO, clock)
    assert source.bearer(endpoint) == "token-1"
    clock.now = 839.0
    assert source.bearer(endpoint) == "token-1"
    clock.now = 840.0
    assert source.bearer(endpoint) == "token-2"


def test_a_refused_renewal_keeps_the_token_that_is_still_good() -> None:
    clock, endpoint = Clock(), Endpoint()
    source = TokenSource(DEMO, clock)
    source.bearer(endpoint)
    clock.now, endpoint.refuses = 850.0, True
    assert source.bearer(endpoint) == "token-1"
    endpoint.refuses = False
    assert source.bearer(endpoint) == "token-2"


def test_without_any_grant_there_is_no_token() -> None:
    endpoint = Endpoint()
    endpoint.refuses = True
    assert TokenSource(DEMO, Clock()).bearer(endpoint) is None


def test_one_client_and_a_list_of_clients_are_both_read(tmp_path: Path) -> None:
    entry = {"client_id": "demo", "client_secret": "secret"}
    path = tmp_path / "clients.json"
    path.write_text(json.dumps(entry))
    assert read_credentials(path) == [DEMO]
    path.write_text(json.dumps([entry, entry]))
    assert read_credentials(path) == [DEMO, DEMO]


@pytest.mark.parametrize("content", ["[]", "{}", '[{"client_id": "demo"}]', '"demo"', "not JSON"])
def test_a_file_without_clients_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "clients.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"client|Expecting"):
        read_credentials(path)


def test_only_a_live_bearer_token_is_a_grant() -> None:
    body = {"access_token": "t", "token_type": "Bearer", "expires_in": 900}
    assert grant_of(body) == Grant("t", 900.0)
    for wrong in (body | {"token_type": "mac"}, body | {"expires_in": 0}, {}, None):
        with pytest.raises(ValueError, match="token answer"):
            grant_of(wrong)
