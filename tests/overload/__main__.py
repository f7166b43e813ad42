"""Ask more of a stack than it can answer, and print what became of it.

Exits with 0 when every promise was kept, 1 when one was not.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.questions import captured
from tests.chaos.samples import READ
from tests.chaos.stack import CLIENTS, OPTIONS, REPLICAS, SETTINGS, ChaosStack
from tests.overload.beside import CROWDS, beside
from tests.overload.saturation import Saturation
from tests.overload.trial import Trial, table

SATURATION = "saturation"
# Answers are kept as long as anybody's: here nothing breaks through which they should be made anew.
KEPT = {name: value for name, value in SETTINGS.items() if name != "FASTI_CACHE_SECONDS"}
TRIALS = (SATURATION, *(crowd.kind for crowd in CROWDS))


def main() -> int:
    """Run what is asked for, and return the exit code."""
    arguments = _arguments()
    directory = Path(tempfile.mkdtemp(prefix="fasti-overload-"))
    server = ("--server", arguments.server) if arguments.server else ()
    stack = ChaosStack(directory / "var", KEPT, (*OPTIONS, *server))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that the stack is stopped, too.
    trials = []
    try:
        stack.started()
        for trial in _trials(stack, arguments, directory):
            trials.append(trial)
            said = [*trial.shown, *trial.broken, *([trial.skipped] if trial.skipped else [])]
            print(trial.name, *said, sep="\n    ", flush=True)  # noqa: T201
    finally:
        stack.command("down")
    print(f"\n{table(trials)}")  # noqa: T201
    if any(trial.broken for trial in trials):
        print(f"Logs: {stack.paths.log}")  # noqa: T201
        return 1
    shutil.rmtree(directory)
    return 0


def _trials(stack: ChaosStack, arguments: argparse.Namespace, directory: Path) -> Iterator[Trial]:
    tokens = [stack.token_of(stack.add_client(name)) for name in CLIENTS]
    asked = captured([stack.port(replica) for replica in REPLICAS], tokens)
    questions = [question for question in asked if question.kind == READ]
    wanted = arguments.only or TRIALS
    if SATURATION in wanted:
        yield Saturation(stack, questions, directory).trial(arguments.seconds, arguments.rounds)
    for crowd in CROWDS:
        if crowd.kind in wanted:
            yield beside(stack, questions, crowd, directory)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make overload", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=TRIALS, default=[], help="what to try")
    parser.add_argument("--seconds", type=float, default=60, help="how long it is saturated")
    parser.add_argument("--rounds", type=int, default=5, help="how often")
    parser.add_argument("--server", default="", help="what serves the replicas")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
