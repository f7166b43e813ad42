"""The load is sent by the clock, and what breaks off has failed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.chaos.load import Load, Question, send
from tests.chaos.samples import FAILED, OK, READ, WRONG, Sample

QUESTION = Question(READ, "GET", "/", {}, "", "right")
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"


def _sent_to(serve: Serve, requests: int, rate: float = 200.0) -> list[Sample]:
    """Send to a server that does what ``serve`` does, until ``requests`` came."""

    async def run() -> list[Sample]:
        is_over = asyncio.Event()
        seen = 0

        served: list[asyncio.StreamWriter] = []

        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal seen
            served.append(writer)
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    await reader.readuntil(b"\r\n\r\n")
                    seen += 1
                    if seen >= requests:
                        is_over.set()
                    await serve(reader, writer)

        server = await asyncio.start_server(counted, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            samples = await send(Load(port, [QUESTION], {READ: rate}, seed=1), is_over)
            for writer in served:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()
            return samples

    return asyncio.run(run())


async def _answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(WHOLE)


def test_answers_with_the_right_bytes_are_good() -> None:
    assert {sample.outcome for sample in _sent_to(_answer, 5)} == {OK}


def test_one_changed_byte_is_noticed() -> None:
    async def change(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE.replace(b"right", b"rigth"))

    assert {sample.outcome for sample in _sent_to(change, 3)} == {WRONG}


def test_an_answer_that_is_broken_off_has_failed() -> None:
    async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE[:-1])
        writer.close()

    assert {sample.outcome for sample in _sent_to(break_off, 3)} == {FAILED}


def test_a_closed_connection_is_a_failure_and_is_not_asked_again() -> None:
    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    samples = _sent_to(close, 3)
    assert {sample.outcome for sample in samples} == {FAILED}
    assert {sample.reason for sample in samples} == {"BrokenAnswer: IncompleteReadError"}


def test_the_load_goes_on_while_nothing_is_answered_and_latencies_count_from_when_it_was_due() -> (
    None
):
    """A load that waited for answers would never send the second request to this server."""
    requests = 30
    waiting: list[asyncio.StreamWriter] = []

    async def answer_all_at_the_end(
        _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        waiting.append(writer)
        if len(waiting) >= requests:  # One more may be on its way by then.
            for each in waiting[:requests] if len(waiting) == requests else [writer]:
                each.write(WHOLE)

    samples = sorted(_sent_to(answer_all_at_the_end, requests), key=lambda one: one.scheduled_at)
    last_due_at = samples[requests - 1].scheduled_at
    assert {sample.outcome for sample in samples} == {OK}
    assert all(sample.ended_at >= last_due_at for sample in samples)
