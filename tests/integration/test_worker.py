"""A worker as we run it: nobody waits for one that stops, grows or hangs."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually
from tests.free_port import free_port
from tests.integration.replica import by_each_server

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
APPLICATION = """
import os, time
kept = []

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(3)
    if path == "/brief":
        time.sleep(0.02)
    if path == "/stuck":
        time.sleep(600)
    if path == "/grow":
        kept.append(b"x" * 4_000_000)
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
CONFIGURATION = """
from deploy import gunicorn_worker, replica
bind = "127.0.0.1:{port}"
worker_class = "{worker_class}"
workers = {workers}
threads = 2
timeout = 4
graceful_timeout = 10
keepalive = 75
control_socket_disable = True
gunicorn_worker.LOOK_SECONDS = 0.05
replica.HANG_SECONDS = 3.0

def post_worker_init(worker):
    worker.limit_memory({most_bytes})
"""
GRANIAN = """
import multiprocessing
from app.settings import Settings
from application import app
from deploy import granian_server, replica, worker_watch

replica.HANG_SECONDS = 3.0
worker_watch.BEAT_SECONDS = 0.1
replica.begin_work = replica.end_work = lambda *given: None
multiprocessing.set_start_method("fork")
settings = Settings(
    sql_url="sqlite:///none", redis_url="redis://none", signing_keys_directory="none",
    issuer="none", bind="127.0.0.1:{port}", workers={workers}, threads=2,
    worker_memory_bytes={most_bytes}, drain_seconds=0,
)
granian_server.GranianReplica(settings).run(app)
"""
OURS = "deploy.gunicorn_worker.Worker"


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def _served(
    directory: Path, port: int, workers: int, most_bytes: int = 0, server: str = "gunicorn"
) -> Iterator[psutil.Process]:
    (directory / "application.py").write_text(APPLICATION)
    (directory / "gunicorn.conf.py").write_text(
        CONFIGURATION.format(port=port, worker_class=OURS, workers=workers, most_bytes=most_bytes)
    )
    (directory / "serve.py").write_text(
        GRANIAN.format(port=port, workers=workers, most_bytes=most_bytes)
    )
    commands = {
        "gunicorn": ["-m", "gunicorn", "-c", "gunicorn.conf.py", "application:app"],
        "granian": ["serve.py"],
    }
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        [sys.executable, *commands[server]],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _connects(port), 15)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_stopping_worker_answers_who_has_connected_and_refuses_who_comes_later(
    tmp_path: Path, port: int
) -> None:
    with _served(tmp_path, port, workers=1) as master:
        under_way = [_ask(port, "/slow") for _ in range(2)]  # Both threads are taken.
        waiting = _ask(port, "/")
        master.send_signal(signal.SIGTERM)
        eventually(lambda: not _connects(port), 2.5)  # Before those have ended.
        assert [_status(each) for each in [*under_way, waiting]] == [200] * 3


def test_a_worker_that_grows_is_replaced_and_fails_no_request(tmp_path: Path, port: int) -> None:
    statuses: list[int] = []
    pids: set[bytes] = set()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(60):
            connection.request("POST", "/grow", body=b"x")
            response = connection.getresponse()
            pids.add(response.read())
            statuses.append(response.status)
        connection.close()

    with _served(tmp_path, port, workers=2, most_bytes=150_000_000):
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 240
    assert len(pids) > 2


@by_each_server
def test_a_worker_whose_threads_all_hang_is_replaced(
    tmp_path: Path, port: int, server: str
) -> None:
    with _served(tmp_path, port, workers=1, server=server) as master:
        eventually(lambda: len(master.children()) == 1, 15)
        (hung,) = master.children()
        stuck = [_ask(port, "/stuck") for _ in range(2)]
        eventually(lambda: {child.pid for child in master.children()} - {hung.pid} != set(), 15)
        assert _status(_ask(port, "/")) == 200
        for each in stuck:
            each.close()


def test_a_worker_of_granian_that_grows_is_replaced_too(tmp_path: Path, port: int) -> None:
    with _served(tmp_path, port, workers=2, most_bytes=150_000_000, server="granian") as master:
        eventually(lambda: len(master.children()) == 2, 15)
        before = {child.pid for child in master.children()}
        answered: list[int] = []

        def one_is_replaced() -> bool:  # Which of the two answers, and grows, is chance.
            answered.append(_status(_ask(port, "/grow")))
            return {child.pid for child in master.children()} - before != set()

        eventually(one_is_replaced, 15)
    assert set(answered) == {200}


def _ask(port: int, path: str) -> socket.socket:
    """Send a request, and do not wait for the answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return connection


def _status(connection: socket.socket) -> int:
    with connection:
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(received.split(b" ")[1])


def _connects(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
