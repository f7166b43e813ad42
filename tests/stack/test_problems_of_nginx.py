"""What nginx itself refuses looks like what the application refuses."""

import pytest

from tests.stack.running_stack import Answer, RunningStack, request, send_raw

KEYS = {"type", "title", "status", "detail", "instance"}
HOST = b"Host: 127.0.0.1\r\n"


def _assert_problem(answer: Answer, status: int, slug: str) -> None:
    assert answer.status == status
    assert answer.all_of("Content-Type") == ["application/problem+json"]
    problem = answer.json()
    assert set(problem) == KEYS
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert answer.all_of("X-Request-ID") == [problem["instance"]]
    assert answer.all_of("X-Content-Type-Options") == ["nosniff"]


def test_a_body_of_two_megabytes_is_refused(stack: RunningStack) -> None:
    answer = request(stack.port(), "POST", "/oauth/token", body=bytes(2_000_000))
    _assert_problem(answer, 413, "payload-too-large")


def test_a_header_beyond_the_buffers_is_refused(stack: RunningStack) -> None:
    answer = request(stack.port(), "GET", "/health/live", headers={"X-Long": "x" * 9000})
    _assert_problem(answer, 431, "header-too-large")


def test_a_long_uri_is_refused(stack: RunningStack) -> None:
    _assert_problem(stack.get("/" + "x" * 9000), 414, "uri-too-long")


@pytest.mark.parametrize(
    "sent",
    [
        b"NONSENSE\r\n\r\n",
        b"GET /health/live HTTP/9.9\r\n" + HOST + b"\r\n",
        b"GET /health/live HTTP/1.1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: not ours\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: fasti.example\r\nConnection: close\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: odd\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
    ],
    ids=["no HTTP", "version", "no host", "unreadable host", "unknown host", "coding", "TLS"],
)
def test_what_cannot_be_read_or_is_not_for_us_is_refused(stack: RunningStack, sent: bytes) -> None:
    _assert_problem(send_raw(stack.port(), sent), 400, "bad-request")


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [
        (b"GET /\xff\xfe HTTP/1.1\r\n" + HOST, 400, "bad-request"),
        (b"GET /a<b HTTP/1.1\r\n" + HOST, 400, "bad-request"),
        (b'GET /a?b="c" HTTP/1.1\r\n' + HOST, 400, "bad-request"),
        (
            b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-Many: x\r\n" * 95,
            431,
            "header-too-large",
        ),
        (b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST, 400, "bad-request"),
        (b"GET /%C3%A9?a=[b]|c^'{}~ HTTP/1.1\r\n" + HOST, 404, "not-found"),
        (b"GET /health/none HTTP/1.1\r\n" + HOST + b"X-Many: x\r\n" * 80, 404, "not-found"),
    ],
    ids=["path", "bracket", "quotes", "headers", "UTF-8", "readable", "fewer headers"],
)
def test_what_no_replica_could_read_is_refused_and_no_more(
    stack: RunningStack, sent: bytes, status: int, slug: str
) -> None:
    answer = send_raw(stack.port(), sent + b"Connection: close\r\n\r\n")
    assert answer.status == status
    assert answer.all_of("Content-Type") == ["application/problem+json"]
    assert answer.json()["type"] == f"/problems/{slug}"


def test_an_odd_method_is_refused_as_a_problem(stack: RunningStack) -> None:
    answer = send_raw(
        stack.port(), b"AB /health/live HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    )
    assert answer.status in (400, 405)  # unreadable to gunicorn, not allowed to the application
    assert answer.all_of("Content-Type") == ["application/problem+json"]


def test_a_control_character_in_a_header_is_refused(stack: RunningStack) -> None:
    sent = b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A: a\x01b\r\nConnection: close\r\n\r\n"
    answer = send_raw(stack.port(), sent)
    assert answer.status == 400
    # The only refusal of granian that nginx cannot make before: it says the status alone.
    assert answer.body == b"" if stack.server == "granian" else answer.json()


def test_the_trace_method_is_refused_with_the_ones_to_use(stack: RunningStack) -> None:
    answer = request(stack.port(), "TRACE", "/health/live")
    _assert_problem(answer, 405, "method-not-allowed")
    assert answer.all_of("Allow")


@pytest.mark.parametrize(
    "path", ["/metrics", "//metrics", "/%6Detrics", "/x/../metrics", "/metrics/"]
)
def test_metrics_are_not_public(stack: RunningStack, path: str) -> None:
    _assert_problem(stack.get(path), 404, "not-found")


def test_a_replica_serves_its_metrics_to_the_machine(stack: RunningStack) -> None:
    assert request(stack.port("replica-1"), "GET", "/metrics").status == 200


def test_the_applications_own_problems_pass_untouched(stack: RunningStack) -> None:
    answer = stack.get("/api/v1/calendars/SE")
    assert answer.status == 401
    assert answer.all_of("WWW-Authenticate")
    assert answer.all_of("Content-Type") == ["application/problem+json"]


def test_long_answers_are_compressed_for_those_who_want_it(stack: RunningStack) -> None:
    answer = stack.get("/openapi.json", {"Accept-Encoding": "gzip"})
    assert answer.all_of("Content-Encoding") == ["gzip"]
    assert "Accept-Encoding" in ", ".join(answer.all_of("Vary"))
    assert stack.get("/openapi.json").all_of("Content-Encoding") == []


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/calendars/SE", "/metrics"])
def test_security_headers_are_sent_exactly_once(stack: RunningStack, path: str) -> None:
    answer = stack.get(path)
    assert answer.all_of("X-Content-Type-Options") == ["nosniff"]
    assert answer.all_of("X-Frame-Options") == ["DENY"]
    assert answer.all_of("Referrer-Policy") == ["no-referrer"]
    assert answer.all_of("Server") == ["nginx"]
