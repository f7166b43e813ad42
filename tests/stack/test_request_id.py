"""One id per request: the caller's when it is harmless, ours otherwise; once in the answer, the
same everywhere.
"""

import json
import re
import socket

import pytest

from tests.eventually import eventually
from tests.stack.running_stack import RunningStack

OURS = re.compile(r"[0-9a-f]{32}")


def test_a_plain_id_of_the_caller_is_kept(stack: RunningStack) -> None:
    answer = stack.get("/health/live", {"X-Request-ID": "order-4711.retry_2"})
    assert answer.all_of("X-Request-ID") == ["order-4711.retry_2"]


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "with blank in it", 'quote"quote', "a,b,c,d,e"]
)
def test_any_other_id_is_replaced(stack: RunningStack, given: str) -> None:
    (returned,) = stack.get("/health/live", {"X-Request-ID": given}).all_of("X-Request-ID")
    assert OURS.fullmatch(returned)


@pytest.mark.parametrize("path", ["/api/v1/calendars/SE", "/metrics", "/no/such/address"])
def test_the_id_of_the_header_is_the_instance_of_the_problem(
    stack: RunningStack, path: str
) -> None:
    answer = stack.get(path, {"X-Request-ID": "same-id-in-both"})
    assert answer.all_of("X-Request-ID") == ["same-id-in-both"]
    assert answer.json()["instance"] == "same-id-in-both"


def test_the_id_is_in_the_access_log_and_the_query_and_the_token_are_not(
    stack: RunningStack,
) -> None:
    log = stack.var / "log" / "nginx.log"
    stack.get(
        "/health/live?secret=leaked-by-query",
        {"X-Request-ID": "logged-request", "Authorization": "Bearer leaked-by-header"},
    )
    eventually(lambda: b'"request_id":"logged-request"' in log.read_bytes(), 5)
    assert b"leaked" not in log.read_bytes()


def test_a_line_of_the_access_log_is_json_whatever_was_sent(stack: RunningStack) -> None:
    log = stack.var / "log" / "nginx.log"
    with socket.create_connection(("127.0.0.1", stack.port()), timeout=10) as connection:
        connection.sendall(
            b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: \xff\r\n"
            b"X-Request-ID: unprintable-request\r\nConnection: close\r\n\r\n"
        )
        while connection.recv(65_536):
            pass
    eventually(lambda: b"unprintable-request" in log.read_bytes(), 5)
    (line,) = [one for one in log.read_bytes().splitlines() if b"unprintable-request" in one]
    entry = json.loads(line.decode("utf-8"))
    assert (entry["path"], entry["user_agent"]) == ("(unprintable)", "(unprintable)")
