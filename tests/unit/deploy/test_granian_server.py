"""What is put around granian: where it listens, and what it gets for an answer."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from deploy.granian_server import listen, whole
from deploy.worker_health import WorkerHealth

IDLE = WorkerHealth(threads=1)


class Pieces:
    """A body that comes in pieces and is closed once."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"in "
        yield b"pieces"

    def close(self) -> None:
        self.closed += 1


def test_a_body_in_pieces_is_joined_and_closed() -> None:
    pieces = Pieces()
    assert whole(lambda *_: pieces, IDLE)({}, lambda *_: lambda _: None) == [b"in pieces"]
    assert pieces.closed == 1


def test_a_body_in_a_list_is_left_as_it_is() -> None:
    body = [b"whole"]
    assert whole(lambda *_: body, IDLE)({}, lambda *_: lambda _: None) is body


def test_what_fails_beyond_flask_is_a_problem() -> None:
    started: list[tuple[object, ...]] = []

    def fail(_environ: WSGIEnvironment, _start: StartResponse) -> list[bytes]:
        raise RuntimeError("a secret")

    def start(*given: object) -> object:
        started.append(given)
        return None

    (body,) = whole(fail, IDLE)({}, start)  # type: ignore[arg-type]
    assert started == [
        ("500 INTERNAL SERVER ERROR", [("Content-Type", "application/problem+json")])
    ]
    assert json.loads(body)["type"] == "/problems/internal-error"
    assert b"secret" not in body


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_it_listens_to_a_port_that_nobody_else_can_have(host: str) -> None:
    with listen(f"{host}:0") as first:
        port = first.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"{port}: Address already in use"):
            listen(f"{host}:{port}")


def test_the_socket_of_a_replica_that_was_killed_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    listen(f"unix:{path}").close()
    assert path.is_socket()
    with listen(f"unix:{path}"), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("mine")
    with pytest.raises(SystemExit, match="Address already in use"):
        listen(f"unix:{path}")
    assert path.read_text() == "mine"
