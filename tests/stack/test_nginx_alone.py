"""nginx with upstreams that misbehave, without the rest of the stack."""

import http.server
import itertools
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from deploy.local.nginx import SOURCE, fill_in
from deploy.local.options import Options
from deploy.local.ports import choose_port
from deploy.local.servers import nginx_binary
from tests.stack.lone_nginx import lone_nginx
from tests.stack.running_stack import request

ONE_REPLICA = Options(port=0, port_tls=0, tls=False, replicas=1, workers=1)
TWO_REPLICAS = Options(port=0, port_tls=0, tls=False, replicas=2, workers=1)


@contextmanager
def _upstream(port: int, serve: Callable[[socket.socket], None]) -> Iterator[list[bytes]]:
    """Accept connections on ``port``; note what comes first on each, then let ``serve`` do with it
    what it wants.
    """
    seen: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", port))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    seen.append(connection.recv(65_536).split(b" ")[0])
                    serve(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def _answer_late(connection: socket.socket) -> None:
    time.sleep(0.7)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")


@pytest.fixture
def ports() -> dict[str, int]:
    """Free ports for nginx and two replicas."""
    chosen: dict[str, int] = {}
    for name in ("nginx", "replica-1", "replica-2"):
        chosen[name] = choose_port(chosen.values())
    return chosen


def test_no_replica_at_all_is_a_problem_with_retry_after(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with lone_nginx(tmp_path, TWO_REPLICAS, ports) as port:
        answer = request(port, "GET", "/api/v1/calendars")
    assert answer.status == 502
    assert answer.json()["type"] == "/problems/bad-gateway"
    assert answer.all_of("Retry-After") == ["2"]
    assert answer.all_of("Content-Type") == ["application/problem+json"]


def test_a_silent_replica_is_a_problem_with_retry_after(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with (
        _upstream(ports["replica-1"], lambda _: time.sleep(0.5)),
        lone_nginx(tmp_path, ONE_REPLICA, ports) as port,
    ):
        answer = request(port, "POST", "/oauth/token", body=b"")
    assert answer.status == 504
    assert answer.json()["type"] == "/problems/gateway-timeout"
    assert answer.all_of("Retry-After") == ["2"]


def test_replicas_that_all_looked_failed_are_asked_at_once_when_they_are_back(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with lone_nginx(tmp_path, TWO_REPLICAS, ports) as port:
        assert [request(port, "GET", "/").status for _ in range(5)] == [502] * 5
        with _answering(ports["replica-2"]):
            assert [request(port, "GET", "/").status for _ in range(5)] == [200] * 5


def test_a_get_is_tried_on_the_other_replica_and_a_post_that_was_sent_is_not(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with (
        _upstream(ports["replica-1"], lambda _: None) as seen,
        _answering(ports["replica-2"]),
        lone_nginx(tmp_path, TWO_REPLICAS, ports) as port,
    ):
        gets = [request(port, "GET", "/").status for _ in range(6)]
        assert b"GET" in seen
        assert gets == [200] * 6
        # A replica that has failed is left alone for a second, then asked again.
        for _ in itertools.takewhile(lambda _: b"POST" not in seen, range(100)):
            answer = request(port, "POST", "/oauth/token", body=b"x")
            time.sleep(0.05)
        assert seen.count(b"POST") == 1
        assert answer.status == 502


def test_a_read_is_soon_asked_of_another_replica_when_one_accepts_and_is_silent(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with (
        _upstream(ports["replica-1"], lambda _: time.sleep(3)) as seen,
        _answering(ports["replica-2"]),
        lone_nginx(tmp_path, TWO_REPLICAS, ports) as port,
    ):
        began = time.monotonic()
        statuses = [request(port, "GET", "/").status for _ in range(4)]
        took = time.monotonic() - began
    assert seen == [b"GET"]
    assert statuses == [200] * 4
    assert took < 1


def test_a_read_that_is_late_everywhere_is_waited_for(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    with (
        _upstream(ports["replica-1"], _answer_late),
        _upstream(ports["replica-2"], _answer_late),
        lone_nginx(tmp_path, TWO_REPLICAS, ports, patience="2s") as port,
    ):
        answer = request(port, "GET", "/")
    assert (answer.status, answer.body) == (200, b"late")


def test_a_read_that_nobody_answers_is_a_problem(tmp_path: Path, ports: dict[str, int]) -> None:
    with (
        _upstream(ports["replica-1"], lambda _: time.sleep(3)),
        _upstream(ports["replica-2"], lambda _: time.sleep(3)),
        lone_nginx(tmp_path, TWO_REPLICAS, ports) as port,
    ):
        answer = request(port, "GET", "/")
    assert answer.status == 502  # After the time-outs nobody is left to be asked.
    assert answer.json()["type"] == "/problems/bad-gateway"
    assert answer.all_of("Retry-After") == ["2"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/batch"), ("GET", "/api/v1/clients/acme")]
)
def test_what_may_take_its_time_is_waited_for(
    tmp_path: Path, ports: dict[str, int], method: str, path: str
) -> None:
    with (
        _upstream(ports["replica-1"], _answer_late) as seen,
        lone_nginx(tmp_path, ONE_REPLICA, ports, patience="2s") as port,
    ):
        answer = request(port, method, path, body=b"x")
    assert (answer.status, answer.body) == (200, b"late")
    assert seen == [method.encode()]


def test_an_address_that_floods_is_refused_with_retry_after(
    tmp_path: Path, ports: dict[str, int]
) -> None:
    slow = {"NGINX_ADDRESS_RATE": "1r/m", "NGINX_ADDRESS_BURST": "1"}
    with lone_nginx(tmp_path, ONE_REPLICA, ports, slow) as port:
        statuses = [request(port, "GET", "/no/such/address").status for _ in range(2)]
        answer = request(port, "GET", "/no/such/address")
    assert statuses == [502, 502]
    assert answer.status == 429
    assert answer.json()["type"] == "/problems/rate-limited"
    assert answer.all_of("Retry-After") == ["1"]


@pytest.mark.parametrize("path", ["/status", "/status/", "//status", "/health/%63luster"])
def test_who_may_not_see_how_the_replicas_are_finds_nothing(
    tmp_path: Path, ports: dict[str, int], path: str
) -> None:
    with lone_nginx(tmp_path, ONE_REPLICA, ports, {"NGINX_STATUS_ACCESS": "deny all;"}) as port:
        answer = request(port, "GET", path)
        assert request(port, "GET", "/health/ready").status == 502  # Nobody is behind it.
    assert (answer.status, answer.json()["type"]) == (404, "/problems/not-found")


def test_the_templates_are_right_with_the_values_of_the_containers(tmp_path: Path) -> None:
    variables = {
        "NGINX_LISTEN": "8080",
        "NGINX_SERVER_NAMES": '"" ~.',
        "NGINX_UPSTREAM_SERVERS": "server app:8000 resolve max_conns=4 max_fails=1"
        " fail_timeout=1s; server app:8000 resolve max_conns=4 backup max_fails=0;",
        "NGINX_OVERFLOW_SERVERS": "server app:8000 resolve max_conns=64 max_fails=1"
        " fail_timeout=1s;",
        "NGINX_RESOLVER": "resolver 127.0.0.11 valid=1s ipv6=off;",
        "NGINX_ACCESS_LOG": "/dev/stdout",
        "NGINX_ADDRESS_RATE": "200r/s",
        "NGINX_ADDRESS_BURST": "400",
        "NGINX_ADDRESS_CONNECTIONS": "200",
        "NGINX_STATUS_ACCESS": "deny all;",
        "NGINX_STRICT_TRANSPORT": "max-age=31536000",
    }
    rendered = tmp_path / "conf.d"
    rendered.mkdir()
    for template in (SOURCE / "templates").glob("*.template"):
        (rendered / template.stem).write_text(fill_in(template.read_text(), variables))
    (tmp_path / "nginx.conf").write_text(
        "pid nginx.pid; events { } http { include conf.d/*.conf; }"
    )
    done = subprocess.run(  # noqa: S603 (our own command line)
        [str(nginx_binary()), "-t", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr


class _Quiet(http.server.BaseHTTPRequestHandler):
    """Answers everything with an empty 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 (the name http.server asks for)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


@contextmanager
def _answering(port: int) -> Iterator[None]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join(timeout=5)
