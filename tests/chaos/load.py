"""A steady load by the clock, in a process of its own, every answer compared with the bytes it had
before.

The pace is open: requests are sent when they are due, whether earlier ones were answered or not,
and their latency counts from then. A load that waits for answers would ask less while nothing
answers, and so hide it (https://www.scylladb.com/2021/04/22/on-coordinated-omission/).
"""

import asyncio
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.chaos.connection import BrokenAnswer, Connections, Reply, written
from tests.chaos.samples import (
    FAILED,
    OK,
    REFUSED,
    WRONG,
    Sample,
    read_samples,
    write_samples,
)

TIMEOUT_SECONDS = 5.0
STOP_SECONDS = 20.0
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and the body its 200 must have; None where each answer has another. accepts: the
    statuses of a good answer.
    """

    kind: str
    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    expected: str | None = None
    accepts: tuple[int, ...] = (200,)


@dataclass(frozen=True, slots=True)
class Load:
    """What to send. rates: requests a second, by kind of question. seed: of their order."""

    port: int
    questions: list[Question]
    rates: dict[str, float]
    seed: int

    def save(self, path: Path) -> None:
        """Write it where the process of the load reads it."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Load":
        """Read what ``save`` wrote."""
        content = json.loads(path.read_text(encoding="utf-8"))
        questions = [Question(**question) for question in content.pop("questions")]
        return cls(questions=questions, **content)


class RunningLoad:
    """The process that sends. ``samples`` are there once the context is left."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def samples(self) -> list[Sample]:
        """What became of every request, in the order they ended."""
        return read_samples(self._directory / "samples.jsonl")


@contextmanager
def running(load: Load, directory: Path) -> Iterator[RunningLoad]:
    """Send ``load`` while the context lasts, then wait for the answers that are due."""
    load.save(directory / "load.json")
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "tests.chaos.load", str(directory)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if process.stdout.readline() != b"sending\n":
            raise RuntimeError("the load did not begin")
        yield RunningLoad(directory)
        process.stdin.close()
        if process.wait(STOP_SECONDS) != 0:
            raise RuntimeError("the load broke")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def judged(question: Question, reply: Reply) -> tuple[str, str]:
    """Return the outcome of an answer, and why it is not ``ok``."""
    if reply.status == 200:
        if question.expected is None or reply.body == question.expected.encode():
            return OK, ""
        return WRONG, f"{question.path} has other bytes"
    if reply.status in question.accepts:
        return OK, ""
    is_problem = reply.headers.get("content-type") == "application/problem+json"
    if reply.status == 503 and is_problem and "retry-after" in reply.headers:
        return REFUSED, "503"
    return FAILED, str(reply.status)


async def send(load: Load, is_over: asyncio.Event) -> list[Sample]:
    """Send until it is over, then wait for what is under way."""
    samples: list[Sample] = []
    connections = Connections(load.port)

    async def ask(question: Question, scheduled_at: float) -> None:
        sent_at = time.monotonic()
        status = 0
        request = written(question.method, question.path, question.headers, question.body.encode())
        try:
            async with asyncio.timeout_at(scheduled_at + TIMEOUT_SECONDS):
                reply = await connections.ask(request)
            status = reply.status
            outcome, reason = judged(question, reply)
        except TimeoutError:
            outcome, reason = FAILED, f"no answer in {TIMEOUT_SECONDS:.0f} s"
        except (OSError, BrokenAnswer) as error:
            outcome, reason = FAILED, f"{type(error).__name__}: {error}"
        ended_at = time.monotonic()
        samples.append(
            Sample(
                question.kind,
                outcome,
                reason,
                status,
                scheduled_at,
                ended_at - scheduled_at,
                sent_at - scheduled_at,
            )
        )

    async def pace(questions: list[Question], rate: float, chance: random.Random) -> None:
        started = time.monotonic()
        for number in itertools.count():
            due = started + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if is_over.is_set():
                return
            group.create_task(ask(chance.choice(questions), due))

    async with asyncio.TaskGroup() as group:
        for kind, rate in load.rates.items():
            of_kind = [question for question in load.questions if question.kind == kind]
            group.create_task(pace(of_kind, rate, random.Random(load.seed)))
    connections.close()
    return samples


async def _main(directory: Path) -> None:
    load = Load.read(directory / "load.json")
    is_over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_reader(sys.stdin)
        is_over.set()

    loop.add_reader(sys.stdin, end)  # The process that started this one closes its end, or is gone.
    print("sending", flush=True)  # noqa: T201
    write_samples(directory / "samples.jsonl", await send(load, is_over))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
