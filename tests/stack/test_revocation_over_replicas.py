"""A token revoked at one replica is refused by all, and stays so."""

import base64
import time
from urllib.parse import urlencode

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, Answer, RunningStack, request

REPLICAS = ("replica-1", "replica-2", "replica-3")
TRIES = 20
WITHIN_SECONDS = 1.0
REDIS_BACK_WITHIN_SECONDS = 5.0


def test_the_other_replicas_refuse_a_revoked_token_within_a_second(
    token_stack: RunningStack,
) -> None:
    for number in range(TRIES):
        token = token_stack.ask_for_token().json()["access_token"]
        at, *others = REPLICAS[number % 3 :] + REPLICAS[: number % 3]
        assert {status_at(token_stack, other, token) for other in others} == {200}
        assert revoke(token_stack, at, token).status == 200
        deadline = time.monotonic() + WITHIN_SECONDS
        for other in others:
            # Each of its workers: a connection is a question to one of them.
            refusals = 0
            while refusals < 5:
                refusals = refusals + 1 if status_at(token_stack, other, token) == 401 else 0
                assert time.monotonic() < deadline, (number, other)


def test_a_revoked_token_stays_so_when_valkey_is_killed_and_comes_back(
    token_stack: RunningStack,
) -> None:
    token = token_stack.ask_for_token().json()["access_token"]
    assert revoke(token_stack, "replica-1", token).status == 200
    killed = token_stack.master("valkey")
    killed.kill()
    assert _refused_by_all(token_stack, token)
    eventually(lambda: token_stack.pid("valkey") != killed.pid, 10)
    eventually(lambda: _all_ready(token_stack), 10)
    assert _refused_by_all(token_stack, token)


def test_a_worker_that_starts_anew_refuses_what_was_revoked(token_stack: RunningStack) -> None:
    token = token_stack.ask_for_token().json()["access_token"]
    assert revoke(token_stack, "replica-1", token).status == 200
    master = token_stack.master("replica-2")
    before = {child.pid for child in master.children()}
    for child in master.children():
        child.kill()
    eventually(lambda: len({child.pid for child in master.children()} - before) == 2, 10)
    eventually(lambda: token_stack.is_ready("replica-2"), 10)
    assert {status_at(token_stack, "replica-2", token) for _ in range(10)} == {401}


def status_at(stack: RunningStack, replica: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return request(stack.port(replica), "GET", QUESTION, headers=headers).status


def _refused_by_all(stack: RunningStack, token: str) -> bool:
    return all(status_at(stack, replica, token) == 401 for replica in REPLICAS for _ in range(4))


def _all_ready(stack: RunningStack) -> bool:
    return all(
        request(stack.port(replica), "GET", "/health/ready").json()["status"] == "ready"
        for replica in REPLICAS
    )


def revoke(stack: RunningStack, replica: str, token: str) -> Answer:
    """Revoke as clients do, who try again when Redis does not answer just now."""
    deadline = time.monotonic() + REDIS_BACK_WITHIN_SECONDS
    while True:
        answer = _ask_to_revoke(stack, replica, token)
        if answer.status != 503 or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)


def _ask_to_revoke(stack: RunningStack, replica: str, token: str) -> Answer:
    client = stack.client()
    credentials = f"{client['client_id']}:{client['client_secret']}".encode()
    return request(
        stack.port(replica),
        "POST",
        "/oauth/revoke",
        body=urlencode({"token": token}).encode(),
        headers={
            "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
