"""A load that is more than a stack can answer: one thread, many kept-alive connections, every body
compared.

``python -m tests.overload.generator`` reads a job as JSON from its standard input, and writes what
became of the requests as JSON. The load of `make chaos` makes hundreds a second, this thousands.
"""

import contextlib
import gc
import itertools
import json
import os
import random
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.chaos.connection import written
from tests.chaos.load import Load
from tests.chaos.samples import FAILED, OK, REFUSED, WRONG, percentile

HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\nContent-Length: "
READ_BYTES = 65_536
PATIENCE_SECONDS = 5.0
UNUSED_SECONDS = 8.0  # nginx closes what was never used after 10 s, and what was after 30.
PRIORITY = -10


@dataclass(frozen=True, slots=True)
class Job:
    """What to send. load: file of a ``Load``, of which port, questions and seed are used.

    per_second: requests are sent when they are due, whether earlier ones were answered or not, and
    latencies count from then; one that finds every connection busy waits for one, and that is part
    of its latency. None: each answer brings the next request of its connection.
    """

    load: str
    connections: int
    seconds: float
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Latencies:
    """Of one outcome, in seconds; 0 where there was none."""

    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    slowest: float = 0.0

    @classmethod
    def of(cls, seconds: list[float]) -> "Latencies":
        """Sum up."""
        ordered = sorted(seconds)
        return cls(*(percentile(ordered, part) for part in (0.5, 0.95, 0.99, 1.0)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the requests, by ``ok``, ``refused`` (503 with a problem and ``Retry-After``),
    ``wrong`` and ``failed``.

    late_p99_seconds: how late the generator itself was with 99 of 100; waited: requests that found
    no connection free; cpu_share: of one core, by the generator.
    """

    counts: dict[str, int]
    latencies: dict[str, Latencies]
    reasons: dict[str, int]
    seconds: float
    late_p99_seconds: float
    waited: int
    cpu_share: float

    @property
    def sent(self) -> int:
        """How many requests became something."""
        return sum(self.counts.values())

    @property
    def is_right(self) -> bool:
        """Whether all of it was answered or refused as it should be."""
        return self.counts.keys() <= {OK, REFUSED}

    @property
    def refused_share(self) -> float:
        """How much of it was refused, 0 to 1."""
        return self.counts.get(REFUSED, 0) / self.sent

    @property
    def answered_per_second(self) -> float:
        """Good answers."""
        return self.counts.get(OK, 0) / self.seconds

    def latency(self, outcome: str) -> Latencies:
        """The latencies of an outcome."""
        return self.latencies.get(outcome, Latencies())

    @classmethod
    def read(cls, text: str) -> "Outcome":
        """Read what the generator wrote."""
        content = json.loads(text)
        latencies = content.pop("latencies")
        return cls(
            latencies={name: Latencies(**found) for name, found in latencies.items()}, **content
        )


@dataclass(slots=True, eq=False)
class _Asked:
    """A connection, and what is under way on it. due_at: of that, or when it was opened."""

    socket: socket.socket
    due_at: float
    expected: bytes | None = None
    received: bytes = b""


@dataclass(slots=True)
class _Run:
    """The connections and the figures of a job that is done."""

    port: int
    poller: select.epoll = field(default_factory=select.epoll)
    open: dict[int, _Asked] = field(default_factory=dict)
    idle: list[_Asked] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    lateness: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    waited: int = 0

    def connect(self) -> None:
        """Open one more connection."""
        opened = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[opened.fileno()] = asked = _Asked(opened, time.perf_counter())
        self.poller.register(opened.fileno(), select.EPOLLIN)
        self.idle.append(asked)

    def send(self, request: bytes, expected: bytes | None, due_at: float) -> None:
        """Send on the connection that was used last, if nginx is not about to close it."""
        asked = self.idle.pop()
        if due_at - asked.due_at > UNUSED_SECONDS:
            self.replace(asked)
            asked = self.idle.pop()
        asked.due_at, asked.expected, asked.received = due_at, expected, b""
        self.lateness.append(time.perf_counter() - due_at)
        try:
            os.write(asked.socket.fileno(), request)
        except OSError as error:
            self.end(asked, FAILED, type(error).__name__)
            self.replace(asked)

    def read(self, descriptor: int) -> None:
        """Take what came; judge it when it is whole."""
        asked = self.open[descriptor]
        try:
            data = os.read(descriptor, READ_BYTES)
        except OSError:
            data = b""
        if not data:
            if asked not in self.idle:
                self.end(asked, FAILED, "the connection broke")
            self.replace(asked)
            return
        if asked.received:
            data = asked.received + data
        body_at = data.find(HEAD_END) + 4
        if body_at < 4 or len(data) < body_at + _length(data, body_at):
            asked.received = data
            return
        status = data[9:12]
        if status == b"200":
            is_right = asked.expected is None or data[body_at:] == asked.expected
            self.end(asked, OK if is_right else WRONG, "" if is_right else "other bytes")
        elif status == b"503" and b"\r\nRetry-After: " in data and b"problem+json" in data:
            self.end(asked, REFUSED, "503")
        else:
            self.end(asked, FAILED, status.decode())
        self.idle.append(asked)

    def end(self, asked: _Asked, outcome: str, reason: str) -> None:
        """Enter what became of a request."""
        self.latencies.setdefault(outcome, []).append(time.perf_counter() - asked.due_at)
        if reason:
            self.reasons[reason] += 1

    def replace(self, asked: _Asked) -> None:
        """Open another for a connection that is of no use."""
        del self.open[asked.socket.fileno()]
        with contextlib.suppress(ValueError):
            self.idle.remove(asked)
        asked.socket.close()
        self.connect()

    def give_up(self, before: float) -> None:
        """Count what was due before, and was not answered."""
        idle = set(map(id, self.idle))
        for asked in list(self.open.values()):
            if id(asked) not in idle and asked.due_at < before:
                self.end(asked, FAILED, f"no answer in {PATIENCE_SECONDS:.0f} s")
                self.replace(asked)

    def close(self) -> None:
        """Close all."""
        self.poller.close()
        for asked in self.open.values():
            asked.socket.close()


def _length(data: bytes, body_at: int) -> int:
    """The length of the body that the head announces."""
    at = data.find(LENGTH, 0, body_at)
    if at < 0:
        raise ValueError(f"an answer without a length: {data[:body_at]!r}")
    at += len(LENGTH)
    return int(data[at : data.index(b"\r", at)])


def _requests(load: Load) -> Iterator[tuple[bytes, bytes | None]]:
    """The questions in an order of chance, again and again."""
    ready = [
        (
            written(question.method, question.path, question.headers, question.body.encode()),
            None if question.expected is None else question.expected.encode(),
        )
        for question in load.questions
    ]
    random.Random(load.seed).shuffle(ready)
    return itertools.cycle(ready)


def run(job: Job) -> Outcome:
    """Do the job, and wait for what is under way at its end."""
    load = Load.read(Path(job.load))
    done = _Run(load.port)
    with contextlib.suppress(PermissionError):  # It stands for callers with CPUs of their own.
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    gc.disable()  # A pause of the generator would look like one of the stack.
    try:
        return _driven(job, done, _requests(load))
    finally:
        gc.enable()
        done.close()


def _driven(job: Job, done: _Run, requests: Iterator[tuple[bytes, bytes | None]]) -> Outcome:
    for _ in range(job.connections):
        done.connect()
    clock, cpu_started = time.perf_counter, time.process_time()
    started = looked_at = clock()
    end = started + job.seconds
    sent, due = 0, round(job.seconds * (job.per_second or 0))
    next_at = started
    waiting: deque[float] = deque()
    while True:
        now = clock()
        if job.per_second:
            while next_at <= now and sent < due:
                waiting.append(next_at)
                sent += 1
                next_at = started + sent / job.per_second
            done.waited += max(0, len(waiting) - len(done.idle))
        elif now < end:
            waiting.extend([now] * len(done.idle))
        while waiting and done.idle:
            done.send(*next(requests), waiting.popleft())
        if now >= end and len(done.idle) == len(done.open):
            break
        pause = max(0.0, next_at - clock()) if sent < due else 0.1
        for descriptor, _event in done.poller.poll(pause):
            done.read(descriptor)
        if now - looked_at > 1:
            looked_at = now
            done.give_up(now - PATIENCE_SECONDS)
    seconds = clock() - started
    return Outcome(
        counts={name: len(found) for name, found in done.latencies.items()},
        latencies={name: Latencies.of(found) for name, found in done.latencies.items()},
        reasons=dict(done.reasons),
        seconds=seconds,
        late_p99_seconds=percentile(sorted(done.lateness), 0.99),
        waited=done.waited,
        cpu_share=(time.process_time() - cpu_started) / seconds,
    )


if __name__ == "__main__":
    json.dump(asdict(run(Job(**json.load(sys.stdin)))), sys.stdout)
