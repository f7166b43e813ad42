"""What a run is asked to do."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

GROUPS = ("gunicorn", "granian", "proxy", "trips")
"""In the order in which they are measured."""


@dataclass(frozen=True)
class Options:
    """One run. only: the groups to measure. check: whether a target that is missed is an error.

    write: whether the documents are brought up to date. memory: measure memory, and nothing else.
    """

    rounds: int
    seconds: float
    clients: int
    only: tuple[str, ...]
    check: bool
    write: bool
    memory: bool


def read_options(arguments: Sequence[str]) -> Options:
    """Return the options in ``arguments``. Exits with status 2 when one of them is not usable."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure Fasti beside what is usual; minutes."
    )
    parser.add_argument("--rounds", type=int, default=5, help="of everything, one after the other")
    parser.add_argument("--seconds", type=float, default=2.5, help="of each measurement")
    parser.add_argument("--clients", type=int, default=256, help="that ask in turn")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, help="some groups")
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    parser.add_argument(
        "--write", action="store_true", help="bring docs/performance.md and README.md up to date"
    )
    parser.add_argument(
        "--memory",
        action="store_true",
        help="measure instead what 1,000,000 different questions cost a worker in memory",
    )
    given = parser.parse_args(arguments)
    if given.rounds < 1 or given.seconds <= 0 or given.clients < 1:
        parser.error("there must be a round at least, some time for it, and a client")
    if given.write and set(given.only) != set(GROUPS):
        parser.error("--write needs a whole run")
    return Options(
        given.rounds,
        given.seconds,
        given.clients,
        tuple(name for name in GROUPS if name in given.only),
        given.check,
        given.write,
        given.memory,
    )
