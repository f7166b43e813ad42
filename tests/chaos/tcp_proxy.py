"""A path between two TCP programs that can be made slow or lossy, without root.

It stands at the level of streams: it cannot lose a segment, since TCP would not let a program see
that. What a program sees of a lost segment is a pause, until the sender repeats it, and everything
behind it waits as well. That is what is done here: with the chance of ``loss``, each piece that is
read waits for the retransmission time-out of Linux (200 ms at the least, doubled for each further
loss of the same piece; RFC 6298, section 5.5, and TCP_RTO_MIN), and a connection that is made waits
for a second (the first time-out of a SYN). Losses of acknowledgements alone, which later ones make
good, and fast retransmissions, for which little is sent at a time, are left out.
"""

import asyncio
import random
import threading
from contextlib import suppress
from dataclasses import dataclass

LONGEST_READ_BYTES = 1460  # One segment.
RETRANSMISSION_SECONDS = 0.2
SYN_SECONDS = 1.0
END = b""


@dataclass(frozen=True, slots=True)
class Weather:
    """What the path is like. delay_seconds: each way. loss: chance of each segment to be lost."""

    delay_seconds: float = 0.0
    loss: float = 0.0


CLEAR = Weather()


class TcpProxy:
    """Passes on what it is sent, from ``start`` to ``stop``, in the ``weather`` of the moment."""

    def __init__(self, target_port: int, seed: int = 1) -> None:
        self.weather = CLEAR
        self.port = 0
        self._target_port = target_port
        self._chance = random.Random(seed)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_listening = threading.Event()

    def start(self) -> None:
        """Listen on ``port``, a free one."""
        self._thread.start()
        self._is_listening.wait()

    def stop(self) -> None:
        """End every connection, and listen no more."""
        assert self._serving is not None
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._serving = asyncio.current_task()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_listening.set()
        async with server:
            await server.serve_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # asyncio reports it as an error of the connection.
            await self._pass_on(reader, writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(self._pause(SYN_SECONDS))
            there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._one_way(reader, back))
                group.create_task(self._one_way(there, writer))
        except* OSError:
            pass  # One side is gone: so goes the other.
        finally:
            writer.transport.abort()
            back.transport.abort()

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on each piece as late as it is due; what is behind a lost one waits with it."""
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def read() -> None:
            arrival = 0.0
            while piece := await reader.read(LONGEST_READ_BYTES):
                late = self.weather.delay_seconds + self._pause(RETRANSMISSION_SECONDS)
                arrival = max(arrival, self._loop.time() + late)
                due.put_nowait((arrival, piece))
            due.put_nowait((arrival, END))

        async def write() -> None:
            piece = None
            while piece != END:
                arrival, piece = await due.get()
                await asyncio.sleep(arrival - self._loop.time())
                writer.write(piece)
                await writer.drain()
            writer.write_eof()

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            group.create_task(write())

    def _pause(self, first_seconds: float) -> float:
        """How long it takes until a segment gets through."""
        seconds, wait = 0.0, first_seconds
        while self._chance.random() < self.weather.loss:
            seconds += wait
            wait *= 2
        return seconds
