"""Replicas that have as much under way as they may: nginx refuses the rest at once."""

import http.server
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.gate.overflow import HEADER
from deploy.local.nginx import threads_of_worker
from deploy.local.options import Options
from deploy.local.ports import choose_port
from tests.eventually import eventually
from tests.stack.lone_nginx import lone_nginx
from tests.stack.running_stack import Answer, request

REPLICAS = ("replica-1", "replica-2")
OPTIONS = Options(port=0, port_tls=0, tls=False, replicas=len(REPLICAS), workers=1)
WITHIN = len(REPLICAS) * threads_of_worker({}) // 2
BEYOND = 8  # Of a replica; fewer to ask here than in earnest.
ROOM = WITHIN + len(REPLICAS) * BEYOND
MORE = 20
LEFT_OUT_SECONDS = 5
LINES = 2  # For each replica, in its upstream.
HELD = "/held"


class Replica(http.server.ThreadingHTTPServer):
    """Holds what is asked of HELD until ``go_on`` is set, and answers all else at once, or refuses
    what is beyond its room.
    """

    request_queue_size = 1024  # The 5 of the library make nginx's connections wait, and time out.

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.go_on = threading.Event()
        self.seen: Counter[str] = Counter()
        self.sent_at: list[float] = []
        self.refuses = False


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Replica

    def do_GET(self) -> None:
        self.server.seen[self.path] += 1
        if HEADER in self.headers:
            self.server.seen[HEADER] += 1
            self.server.sent_at.append(float(self.headers[HEADER]))
        is_refused = self.server.refuses and HEADER in self.headers
        if self.path == HELD and not is_refused:
            self.server.go_on.wait(10)
        self.send_response(503 if is_refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 (the name http.server asks for)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


class Balanced:
    """Two replicas behind nginx."""

    def __init__(self, port: int, replicas: list[Replica]) -> None:
        self.port = port
        self.replicas = replicas
        self._callers = ThreadPoolExecutor(ROOM + MORE)

    def seen(self, path: str) -> int:
        """How many requests for ``path`` reached a replica."""
        return sum(replica.seen[path] for replica in self.replicas)

    def go_on(self) -> None:
        """Let the replicas answer what they hold."""
        for replica in self.replicas:
            replica.go_on.set()

    def ask(self, times: int) -> list[Future[Answer]]:
        """POST to HELD so many times, at once; without a body it is not repeated either."""
        return [self._callers.submit(request, self.port, "POST", HELD) for _ in range(times)]

    def fill(self, room: int = ROOM) -> list[Future[Answer]]:
        """Take so much room."""
        held = self.ask(room)
        eventually(lambda: self.seen(HELD) == room, 5)
        return held

    def close(self) -> None:
        """Wait for the callers."""
        self.go_on()
        self._callers.shutdown()


@pytest.fixture
def live() -> tuple[str, ...]:
    """The replicas that listen."""
    return REPLICAS


@pytest.fixture
def balanced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: tuple[str, ...]
) -> Iterator[Balanced]:
    monkeypatch.setattr("deploy.local.nginx.OVERFLOW_ROOM", BEYOND)
    ports: dict[str, int] = {}
    for name in ("nginx", *REPLICAS):
        ports[name] = choose_port(ports.values())
    with ExitStack() as exits:
        replicas = [exits.enter_context(Replica(ports[name])) for name in live]
        for replica in replicas:
            threading.Thread(target=replica.serve_forever, args=(0.02,), daemon=True).start()
            exits.callback(replica.shutdown)
        port = exits.enter_context(lone_nginx(tmp_path, OPTIONS, ports, patience="10s"))
        balanced = Balanced(port, replicas)
        exits.callback(balanced.close)
        yield balanced


def test_what_is_too_much_is_refused_while_the_rest_is_under_way(balanced: Balanced) -> None:
    asked = balanced.ask(ROOM + MORE)
    eventually(lambda: sum(future.done() for future in asked) == MORE, 5)
    refused = [future.result() for future in asked if future.done()]
    assert {answer.status for answer in refused} == {503}
    assert {answer.json()["type"] for answer in refused} == {"/problems/overloaded"}
    assert {answer.all_of("Content-Type")[0] for answer in refused} == {"application/problem+json"}
    assert {answer.all_of("Retry-After")[0] for answer in refused} <= {"1", "2", "3"}
    assert balanced.seen(HELD) == ROOM
    balanced.go_on()
    assert Counter(future.result().status for future in asked) == {200: ROOM, 503: MORE}
    assert balanced.seen(HELD) == ROOM
    assert request(balanced.port, "GET", "/").status == 200


def test_a_read_is_refused_as_well_and_not_asked_elsewhere(balanced: Balanced) -> None:
    balanced.fill()
    answer = request(balanced.port, "GET", "/read")
    assert (answer.status, answer.json()["type"]) == (503, "/problems/overloaded")
    assert balanced.seen("/read") == 0


def test_a_read_that_was_asked_in_vain_is_overflow_when_the_others_are_full(
    balanced: Balanced,
) -> None:
    """Both replicas are silent once, and left out for that; what else they may do is under way."""
    with ThreadPoolExecutor(len(REPLICAS)) as callers:
        reads = [
            callers.submit(request, balanced.port, "GET", HELD, timeout_seconds=10)
            for _ in REPLICAS
        ]
        eventually(lambda: balanced.seen(HELD) == len(REPLICAS), 5)
        balanced.ask(WITHIN - len(REPLICAS))
        eventually(lambda: balanced.seen(HELD) == WITHIN + len(REPLICAS), 5)
        assert balanced.seen(HEADER) == len(REPLICAS)
        balanced.go_on()
        assert [read.result().status for read in reads] == [200] * len(REPLICAS)


@pytest.mark.parametrize("live", [REPLICAS[:1], REPLICAS[1:]], ids=["first", "second"])
def test_a_read_waits_for_the_one_that_was_silent_where_no_other_listens(
    balanced: Balanced,
) -> None:
    """Both are left out then: one could not be connected to, and the other was asked in vain by
    as many reads as nginx has lines for it.
    """
    with ThreadPoolExecutor(LINES) as callers:
        reads = [
            callers.submit(request, balanced.port, "GET", HELD, timeout_seconds=10)
            for _ in range(LINES)
        ]
        eventually(lambda: balanced.seen(HELD) == 2 * LINES, 5)
        balanced.go_on()
        assert [read.result().status for read in reads] == [200] * LINES


def test_health_is_answered_when_there_is_no_room(balanced: Balanced) -> None:
    balanced.fill()
    assert request(balanced.port, "GET", "/health/ready").status == 200


def test_a_body_that_is_still_being_sent_takes_no_room(balanced: Balanced) -> None:
    with ExitStack() as exits:
        for _ in range(ROOM + MORE):
            slow = socket.create_connection(("127.0.0.1", balanced.port), timeout=5)
            exits.enter_context(slow)
            slow.sendall(
                b"POST /slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nbegun"
            )
        assert request(balanced.port, "GET", "/").status == 200
        balanced.fill()
        assert balanced.seen("/slow") == 0


def test_a_replica_is_told_what_is_beyond_its_room_and_nothing_else(balanced: Balanced) -> None:
    request(balanced.port, "GET", "/", headers={HEADER: "1"})
    balanced.fill(WITHIN)
    assert balanced.seen(HEADER) == 0
    assert request(balanced.port, "GET", "/").status == 200
    assert request(balanced.port, "POST", "/").status == 200
    assert balanced.seen(HEADER) == 2
    sent_at = [at for replica in balanced.replicas for at in replica.sent_at]
    assert [time.time() - at < 5 for at in sent_at] == [True, True]


def test_replicas_that_refuse_are_not_asked_again_for_a_while(balanced: Balanced) -> None:
    for replica in balanced.replicas:
        replica.refuses = True
    held = balanced.fill(WITHIN)
    answers = [request(balanced.port, "GET", "/") for _ in range(MORE)]
    assert {answer.status for answer in answers} == {503}
    assert answers[-1].json()["type"] == "/problems/overloaded"
    assert balanced.seen(HEADER) <= len(REPLICAS) + 1
    balanced.go_on()
    assert {future.result().status for future in held} == {200}
    assert request(balanced.port, "GET", "/").status == 200
    for replica in balanced.replicas:
        replica.refuses = False
        replica.go_on.clear()
    balanced.ask(WITHIN)
    eventually(lambda: balanced.seen(HELD) == 2 * WITHIN, 5)
    assert request(balanced.port, "GET", "/").status == 503
    eventually(lambda: request(balanced.port, "GET", "/").status == 200, LEFT_OUT_SECONDS + 2)
