"""How much memory a worker takes for a million different questions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bench import workload
from bench.generator import Job
from bench.one_worker import deploy_fasti
from bench.processes import CannotRun, ask
from bench.rounds import CONNECTIONS, generate
from bench.stage import Stage

QUESTIONS = 1_000_000
AT_ONCE = 50_000
MOST_MEBIBYTES = 64
SECONDS_EACH = 600.0
MEBIBYTE = 1_048_576
EVICTED = re.compile(rb"^fasti_cache_evicted_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Grown:
    """What a worker took of private memory before and after, in bytes, and at its most.

    evicted: how many answers left its caches for others.
    """

    questions: int
    before: int
    after: int
    most: int
    evicted: int

    @property
    def mebibytes(self) -> float:
        """By how much it grew."""
        return (self.most - self.before) / MEBIBYTE


def grow(stage: Stage, say: Callable[[str], None], questions: int = QUESTIONS) -> Grown:
    """Ask questions that are all different, of a worker that has answered some before.

    Raises CannotRun when one is not answered with 200.
    """
    program, port = deploy_fasti(stage)
    tokens = stage.fasti_tokens(port, stage.credentials(port))
    heads = workload.bearer_heads(tokens)
    steps = workload.new_steps(stage.year, stage.calendar_ids(port, tokens[0]))
    file = stage.directory / "requests-memory.json"

    def ask_new(count: int) -> int:
        workload.gets(list(islice(steps, count)), heads).save(file)
        job = Job(port, str(file), CONNECTIONS, SECONDS_EACH, core=stage.load_core, most=count)
        outcome = generate(job)
        if outcome.statuses != {"200": count}:
            raise CannotRun(f"{outcome.statuses} of {count} questions")
        return outcome.answers

    ask_new(len(tokens) * 4)  # Every token is verified, every module loaded.
    before = most = after = program.private_bytes()
    asked = 0
    while asked < questions:
        asked += ask_new(min(AT_ONCE, questions - asked))
        after = program.private_bytes()
        most = max(most, after)
        say(f"  {asked:,} questions: {(after - before) / MEBIBYTE:+.1f} MiB")
    found = EVICTED.search(ask(port, "/metrics")[1])
    return Grown(asked, before, after, most, int(float(found[1])) if found else 0)
