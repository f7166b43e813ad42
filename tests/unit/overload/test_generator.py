"""The load of thousands a second tells what is answered, refused, wrong and lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.chaos.load import Load, Question
from tests.chaos.samples import FAILED, OK, READ, REFUSED, WRONG
from tests.overload.generator import Job, Outcome, run

RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"
REFUSAL = (
    b"HTTP/1.1 503 Service Temporarily Unavailable\r\nContent-Type: application/problem+json\r\n"
    b"Content-Length: 2\r\nRetry-After: 1\r\n\r\n{}"
)


@contextmanager
def _server(answers: list[bytes]) -> Iterator[int]:
    """Give these answers in turns, on each connection; close it where one is empty."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        given = iter(answers * 1000)
        with connection, suppress(OSError):
            while connection.recv(65_536):
                if not (answer := next(given)):
                    return
                connection.sendall(answer[:10])
                connection.sendall(answer[10:])

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _outcome(directory: Path, answers: list[bytes], per_second: float | None) -> Outcome:
    with _server(answers) as port:
        load = directory / "load.json"
        Load(port, [Question(READ, "GET", "/", {}, "", "right")], {}, seed=1).save(load)
        return run(Job(str(load), connections=1, seconds=0.1, per_second=per_second))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (RIGHT, OK),
        (RIGHT.replace(b"right", b"rigth"), WRONG),
        (REFUSAL, REFUSED),
        (REFUSAL.replace(b"Retry-After", b"Try-After"), FAILED),
        (RIGHT.replace(b"200 OK", b"502 Bad"), FAILED),
        (b"", FAILED),
    ],
    ids=["right", "other bytes", "refused", "refused without a time", "502", "closed"],
)
def test_each_answer_is_judged(tmp_path: Path, answer: bytes, outcome: str) -> None:
    assert _outcome(tmp_path, [answer], None).counts.keys() == {outcome}


def test_it_sends_as_many_as_are_due(tmp_path: Path) -> None:
    outcome = _outcome(tmp_path, [RIGHT, REFUSAL], 200)
    assert outcome.counts == {OK: 10, REFUSED: 10}
    assert outcome.latency(OK).slowest > 0
    assert outcome.latency(WRONG).slowest == 0


def test_a_connection_that_was_unused_for_long_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_once = [RIGHT, b""]
    assert _outcome(tmp_path, asked_once, 100).counts == {OK: 5, FAILED: 5}
    monkeypatch.setattr("tests.overload.generator.UNUSED_SECONDS", 0.0)
    assert _outcome(tmp_path, asked_once, 100).counts == {OK: 10}
