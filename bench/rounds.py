"""Contestants, measured in turn, round after round: what one round suffers, all of them suffer."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.figures import Spread, ratio, spread
from bench.generator import Job, Outcome, Requests
from bench.processes import CHECKOUT, CannotRun, Program

CONNECTIONS = 16
WARM_UP_ROUNDS = 2  # Every worker has to see every token and every question once.
GENERATOR_AT_ITS_LIMIT = 0.95


@dataclass(frozen=True)
class Measured:
    """One round of one contestant. cpu_seconds: of each group of its processes."""

    outcome: Outcome
    cpu_seconds: dict[str, float]

    def cpu_microseconds(self, *names: str) -> float:
        """CPU time of these groups of processes for one request."""
        return 1e6 * sum(self.cpu_seconds[name] for name in names) / self.outcome.answers


@dataclass
class Contestant:
    """Something that answers. programs: whose CPU is counted, by the name of the group."""

    key: str
    title: str
    port: int
    requests: Requests
    programs: dict[str, list[Program]]
    rounds: list[Measured] = field(default_factory=list)
    next: int = 0

    @property
    def per_second(self) -> list[float]:
        """Answers a second, by round."""
        return [measured.outcome.per_second for measured in self.rounds]

    @property
    def cpu(self) -> list[float]:
        """CPU microseconds of a request, by round."""
        return [measured.cpu_microseconds(*self.programs) for measured in self.rounds]

    def cpu_of(self, name: str) -> list[float]:
        """The same of one group of processes."""
        return [measured.cpu_microseconds(name) for measured in self.rounds]

    def percentile(self, name: str) -> list[float]:
        """A percentile in milliseconds, by round."""
        return [measured.outcome.percentiles[name] for measured in self.rounds]

    @property
    def is_generator_at_its_limit(self) -> bool:
        """True when a faster generator may have got more out of it."""
        return any(m.outcome.cpu_share > GENERATOR_AT_ITS_LIMIT for m in self.rounds)


@dataclass(frozen=True)
class Group:
    """Contestants that were measured together."""

    title: str
    contestants: tuple[Contestant, ...]

    def rate(self, key: str) -> Spread:
        """Answers a second."""
        return spread(self._of(key).per_second)

    def rate_ratio(self, one: str, other: str) -> Spread:
        """How many times as many answers ``one`` gives as ``other``."""
        return ratio(self._of(one).per_second, self._of(other).per_second)

    def cpu_ratio(self, one: str, other: str) -> Spread:
        """How many times as much CPU a request of ``one`` takes as one of ``other``."""
        return ratio(self._of(one).cpu, self._of(other).cpu)

    def percentile_ratio(self, name: str, one: str, other: str) -> Spread:
        """How many times as long ``one`` takes as ``other`` at a percentile."""
        return ratio(self._of(one).percentile(name), self._of(other).percentile(name))

    def _of(self, key: str) -> Contestant:
        return next(one for one in self.contestants if one.key == key)


def measure(
    group: Group,
    rounds: int,
    seconds: float,
    directory: Path,
    core: int | None,
    say: Callable[[str], None],
) -> None:
    """Measure each contestant for ``seconds``, ``rounds`` times, the order turned by one each time.

    Raises CannotRun when one does not answer everything with 200.
    """
    for contestant in group.contestants:
        contestant.requests.save(_file(directory, contestant))
        contestant.next = _run(contestant, directory, WARM_UP_ROUNDS * seconds, core).next
    for number in range(rounds):
        turn = number % len(group.contestants)
        for contestant in group.contestants[turn:] + group.contestants[:turn]:
            measured = _measured(contestant, directory, seconds, core)
            contestant.rounds.append(measured)
            contestant.next = measured.outcome.next
        rates = ", ".join(f"{c.key} {c.per_second[-1]:,.0f}" for c in group.contestants)
        say(f"  round {number + 1} of {rounds}, requests a second: {rates}")


def generate(job: Job) -> Outcome:
    """Do a job in a process of its own. Raises CannotRun."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.generator"],
        cwd=CHECKOUT,
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotRun(f"The generator gave up: {done.stderr}")
    return Outcome(**json.loads(done.stdout))


def _measured(
    contestant: Contestant, directory: Path, seconds: float, core: int | None
) -> Measured:
    before = _cpu(contestant.programs)
    outcome = _run(contestant, directory, seconds, core)
    after = _cpu(contestant.programs)
    return Measured(outcome, {name: after[name] - before[name] for name in after})


def _run(contestant: Contestant, directory: Path, seconds: float, core: int | None) -> Outcome:
    file = _file(directory, contestant)
    outcome = generate(Job(contestant.port, str(file), CONNECTIONS, seconds, contestant.next, core))
    if set(outcome.statuses) != {"200"} or outcome.broken:
        raise CannotRun(
            f"{contestant.title}: {outcome.statuses}, {outcome.broken} broken connections"
        )
    return outcome


def _file(directory: Path, contestant: Contestant) -> Path:
    return directory / f"requests-{contestant.key}.json"


def _cpu(programs: dict[str, list[Program]]) -> dict[str, float]:
    return {
        name: sum(program.cpu_seconds() for program in group) for name, group in programs.items()
    }
