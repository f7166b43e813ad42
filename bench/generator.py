"""A load generator that needs nothing but Python: one thread, keep-alive connections, one request
under way on each.

``python -m bench.generator`` reads a job as JSON from its standard input and writes what came back
as JSON. A process of its own: its CPU is told apart, and it can have a core to itself.
"""

import heapq
import json
import math
import os
import random
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HEAD_END = b"\r\n\r\n"
LENGTH_NAMES = (b"\r\nContent-Length: ", b"\r\ncontent-length: ")
WITHOUT_BODY = (b"204", b"304")
READ_BYTES = 65_536
PATIENCE_SECONDS = 10.0  # A server that is silent for so long has failed.


class LoadError(Exception):
    """What came back cannot be counted, or did not come."""


@dataclass(frozen=True, slots=True)
class Requests:
    """What is sent: number ``k`` is one of ``starts`` (the request line, and fields of its own),
    one of ``heads`` (further fields and the blank line) and the body that goes with the start.

    The heads take turns; the starts move on by one, and by one more in each turn of the heads, so
    that in time every head meets every start. bodies: one for each start, or none at all.
    """

    starts: list[bytes]
    heads: list[bytes]
    bodies: list[bytes]

    def numbered(self, number: int) -> bytes:
        """Return the bytes of one request."""
        turn, head = divmod(number, len(self.heads))
        start = (number + turn) % len(self.starts)
        request = self.starts[start] + self.heads[head]
        return request + self.bodies[start] if self.bodies else request

    def save(self, path: Path) -> None:
        """Write them to a file, which a job names."""
        path.write_text(
            json.dumps({name: [part.decode() for part in asdict(self)[name]] for name in FIELDS})
        )

    @classmethod
    def load(cls, path: Path) -> "Requests":
        """Read what ``save`` wrote."""
        content = json.loads(path.read_text())
        return cls(**{name: [part.encode() for part in content[name]] for name in FIELDS})


FIELDS = ("starts", "heads", "bodies")


@dataclass(frozen=True)
class Job:
    """One measurement.

    requests: file of ``Requests``; first: number of the first one. core: the CPU to stay on.
    per_second: None for a closed loop, where each answer brings the next request; else each
    connection asks with its own head, at moments that know nothing of each other or of the answers,
    and all together at this rate. most: a closed loop ends after so many
    requests, too; no fewer than there are connections.
    """

    port: int
    requests: str
    connections: int
    seconds: float
    first: int = 0
    core: int | None = None
    per_second: float | None = None
    seed: int = 1
    most: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came back. seconds: from the first request to the last answer; percentiles: in
    milliseconds, from when the request was sent, or was due; cpu_share: of one core, by the
    generator itself; broken: connections that the server ended; next: the first number unused.
    """

    seconds: float
    statuses: dict[str, int]
    body_bytes: int
    broken: int
    percentiles: dict[str, float]
    cpu_share: float
    next: int

    @property
    def answers(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class _Connections:
    """The open connections by file descriptor, and how their answers are read."""

    def __init__(self, port: int, count: int) -> None:
        self._address = ("127.0.0.1", port)
        self._sockets: dict[int, socket.socket] = {}
        self._unfinished: dict[int, bytes] = {}
        self._poller, self._unit = _poller()
        self.statuses: Counter[bytes] = Counter()
        self.body_bytes = 0
        self.broken = 0
        for _ in range(count):
            self._open()

    @property
    def descriptors(self) -> list[int]:
        """All that are open."""
        return list(self._sockets)

    def wait(self, seconds: float) -> list[tuple[int, int]]:
        """Return the connections that something came on, waiting so long at the most."""
        found: list[tuple[int, int]] = self._poller.poll(seconds * self._unit)
        return found

    def read(self, descriptor: int) -> bool:
        """Read what came, and count it when it completes an answer. Raises LoadError."""
        data = os.read(descriptor, READ_BYTES)
        if not data:
            raise LoadError("The server closed a connection.")
        if self._unfinished:
            data = self._unfinished.pop(descriptor, b"") + data
        head_bytes = data.find(HEAD_END) + 4
        if head_bytes < 4:
            self._unfinished[descriptor] = data
            return False
        length = _length(data, head_bytes)
        missing = head_bytes + length - len(data)
        if missing > 0:
            self._unfinished[descriptor] = data
            return False
        if missing < 0:
            raise LoadError("The server sent more than one answer.")
        self.statuses[data[9:12]] += 1
        self.body_bytes += length
        return True

    def replace(self, descriptor: int) -> int:
        """Close a connection that the server ended, and return another."""
        self.broken += 1
        self._poller.unregister(descriptor)
        self._sockets.pop(descriptor).close()
        self._unfinished.pop(descriptor, None)
        return self._open()

    def close(self) -> None:
        """Close all."""
        for connection in self._sockets.values():
            connection.close()

    def _open(self) -> int:
        connection = socket.create_connection(self._address, PATIENCE_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        descriptor = connection.fileno()
        self._sockets[descriptor] = connection
        self._poller.register(descriptor, select.POLLIN)
        return descriptor


def _poller() -> tuple[Any, float]:
    """The system's way to wait for many, and its unit of time."""
    if hasattr(select, "epoll"):
        return select.epoll(), 1.0
    return select.poll(), 1000.0


def _length(data: bytes, head_bytes: int) -> int:
    """The length of the body that the head announces."""
    if data[9:12] in WITHOUT_BODY:
        return 0
    for name in LENGTH_NAMES:
        at = data.find(name, 0, head_bytes)
        if at >= 0:
            at += len(name)
            return int(data[at : data.index(b"\r", at)])
    raise LoadError(f"An answer without a length: {data[:head_bytes]!r}")


def run(job: Job) -> Outcome:
    """Do the job. Raises LoadError, and OSError when nobody listens."""
    if job.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job.core})
    requests = Requests.load(Path(job.requests))
    connections = _Connections(job.port, job.connections)
    started, cpu_started = time.perf_counter(), time.process_time()
    drive = _closed_loop if job.per_second is None else _open_loop
    try:
        waits, following, ended = drive(job, requests.numbered, connections)
    finally:
        connections.close()
    seconds = ended - started
    return Outcome(
        seconds=seconds,
        statuses={status.decode(): count for status, count in connections.statuses.items()},
        body_bytes=connections.body_bytes,
        broken=connections.broken,
        percentiles=percentiles_of(waits),
        cpu_share=(time.process_time() - cpu_started) / seconds,
        next=following,
    )


Driven = tuple[list[float], int, float]
"""How long each answer took, in seconds; the next number; when the last answer had come."""


def _closed_loop(job: Job, request: Callable[[int], bytes], connections: _Connections) -> Driven:
    """Ask on every connection, and again whenever an answer came; wait for the last ones."""
    clock, write, read = time.perf_counter, os.write, connections.read
    number = job.first
    stop_at = math.inf if job.most is None else job.first + job.most
    sent_at: dict[int, float] = {}
    waits: list[float] = []
    for descriptor in connections.descriptors:
        sent_at[descriptor] = clock()
        write(descriptor, request(number))
        number += 1
    now = clock()
    end = now + job.seconds
    while sent_at:
        ready = connections.wait(PATIENCE_SECONDS)
        if not ready:
            raise LoadError(f"The server said nothing for {PATIENCE_SECONDS} s.")
        for descriptor, _event in ready:
            try:
                if not read(descriptor):
                    continue
            except (LoadError, ConnectionError):
                del sent_at[descriptor]
                descriptor = connections.replace(descriptor)
                if connections.broken > job.connections:
                    raise
            else:
                now = clock()
                waits.append(now - sent_at.pop(descriptor))
            if now < end and number < stop_at:
                sent_at[descriptor] = clock()
                write(descriptor, request(number))
                number += 1
    return waits, number, now


def _open_loop(job: Job, request: Callable[[int], bytes], connections: _Connections) -> Driven:
    """Ask when a request is due, whatever became of the others; one that finds its connection
    busy waits for it, and that counts as its time.
    """
    clock, chance = time.perf_counter, random.Random(job.seed)
    apart = job.connections / (job.per_second or 1.0)
    now = clock()
    end = now + job.seconds
    heads = {descriptor: number for number, descriptor in enumerate(connections.descriptors)}
    due = [(now + chance.expovariate(1 / apart), descriptor) for descriptor in heads]
    heapq.heapify(due)
    waiting: dict[int, list[float]] = {descriptor: [] for descriptor in heads}
    turns: Counter[int] = Counter()
    waits: list[float] = []

    def send(descriptor: int) -> None:
        number = heads[descriptor] + job.connections * turns[descriptor] + job.first
        turns[descriptor] += 1
        os.write(descriptor, request(number))

    while due or any(waiting.values()):
        pause = max(0.0, due[0][0] - clock()) if due else PATIENCE_SECONDS
        ready = connections.wait(pause)
        if not ready and not due:
            raise LoadError(f"The server said nothing for {PATIENCE_SECONDS} s.")
        for descriptor, _event in ready:
            if connections.read(descriptor):
                now = clock()
                waits.append(now - waiting[descriptor].pop(0))
                if waiting[descriptor]:
                    send(descriptor)
        while due and due[0][0] <= clock():
            at, descriptor = heapq.heappop(due)
            waiting[descriptor].append(at)
            if len(waiting[descriptor]) == 1:
                send(descriptor)
            if (at := at + chance.expovariate(1 / apart)) < end:
                heapq.heappush(due, (at, descriptor))
    return waits, job.first + job.connections * max(turns.values(), default=0), now


def percentiles_of(waits: list[float]) -> dict[str, float]:
    """Return p50, p90, p99 and max in milliseconds: the time that so many in 100 did not exceed."""
    ordered = sorted(waits)
    if not ordered:
        return {}
    found = {
        f"p{percent}": 1000 * ordered[-(-len(ordered) * percent // 100) - 1]
        for percent in (50, 90, 99)
    }
    return found | {"max": 1000 * ordered[-1]}


def main() -> int:
    """Do the job of the standard input; 1 when it could not be done."""
    try:
        outcome = run(Job(**json.load(sys.stdin)))
    except (LoadError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump(asdict(outcome), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
