"""Break a stack of its own on purpose, and print what callers saw of it.

Exits with 0 when every promise was kept, 1 when one was not.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from deploy.local.errors import StackError
from tests.chaos.fault import Fault
from tests.chaos.faults import FAULTS
from tests.chaos.own_disk import own_disk
from tests.chaos.questions import captured, token_question
from tests.chaos.report import complaints, document, read_outcomes, table, write_outcomes
from tests.chaos.stack import CLIENTS, REPLICAS, ChaosStack, wait_until
from tests.chaos.surroundings import SURROUNDINGS
from tests.chaos.trial import WHOLE_WITHIN_SECONDS, Outcome, given_up, tried
from tests.stack.running_stack import CHECKOUT

PUBLISHED = CHECKOUT / "docs" / "chaos.md"


def main() -> int:
    """Run the faults that are asked for, and return the exit code."""
    arguments = _arguments()
    faults = [fault() for fault in FAULTS if not arguments.only or fault.name in arguments.only]
    if arguments.list:
        print("\n".join(f"{fault.name:<18} {fault.does}" for fault in faults))  # noqa: T201
        return 0
    directory = Path(tempfile.mkdtemp(prefix="fasti-chaos-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that the stack is stopped, too.
    stack = ChaosStack.below(directory / "var")
    reports = Path(arguments.var) / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    outcomes = read_outcomes(reports / "chaos.json") if arguments.go_on else []
    with own_disk(stack.var, directory / "disk") as disk:
        try:
            stack.started()
            for outcome in _tried(stack, faults, directory):
                outcomes = together(outcomes, [outcome])
                write_outcomes(reports / "chaos.json", outcomes)
                line = table([outcome]).splitlines()[-1]
                print(line, *outcome.shown, *outcome.broken, sep="\n    ", flush=True)  # noqa: T201
        finally:
            stack.command("down")
            shutil.copytree(stack.paths.log, directory / "log")
    text = document(outcomes, [fault() for fault in FAULTS], disk)
    report = reports / "chaos.md"
    report.write_text(text, encoding="utf-8")
    if arguments.publish:
        PUBLISHED.write_text(text, encoding="utf-8")
    print(f"\n{table(outcomes)}\n", *complaints(outcomes), f"Report: {report}", sep="\n")  # noqa: T201
    if any(outcome.broken for outcome in outcomes):
        print(f"Logs: {directory / 'log'}")  # noqa: T201
        return 1
    shutil.rmtree(directory)
    return 0


def together(earlier: list[Outcome], newer: list[Outcome]) -> list[Outcome]:
    """Both, in the order of the table; of a fault that is in both, what is newer."""
    by_name = {outcome.name: outcome for outcome in [*earlier, *newer]}
    return [by_name[fault.name] for fault in FAULTS if fault.name in by_name]


def _tried(stack: ChaosStack, faults: list[Fault], directory: Path) -> Iterator[Outcome]:
    clients = [stack.add_client(name) for name in CLIENTS]
    tokens = [stack.token_of(client) for client in clients]
    questions = [
        *captured([stack.port(replica) for replica in REPLICAS], tokens),
        *(token_question(client) for client in clients),
    ]
    for around, neighbours in groupby(faults, lambda fault: fault.around):
        with SURROUNDINGS[around](stack) as given:
            for fault in neighbours:
                fault.given = given
                try:
                    yield tried(fault, stack, questions, directory)
                except (StackError, AssertionError) as error:
                    yield given_up(fault, error)
                    wait_until(stack.is_whole, WHOLE_WITHIN_SECONDS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="names of faults")
    parser.add_argument("--go-on", action="store_true", help="keep other rows of the last table")
    parser.add_argument("--list", action="store_true", help="name the faults")
    parser.add_argument("--publish", action="store_true", help=f"write {PUBLISHED.name} as well")
    parser.add_argument("--var", default="var", help="the report is written to its reports/")
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - {fault.name for fault in FAULTS}:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}; see --list")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
