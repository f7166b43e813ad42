"""Measure, and say what was found."""

import signal
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench import documents, machine, memory, one_worker, proxied
from bench.figures import spread
from bench.options import Options, read_options
from bench.processes import CannotRun
from bench.report import PROMISE_COLUMNS, promise_rows, report_text, text_table
from bench.rounds import WARM_UP_ROUNDS, Group, measure
from bench.servers import has_granian
from bench.stage import EXACT_PLAN, Stage
from bench.targets import MOST, Promise, promises

GRANIAN_THREADS = (1, 4)


def main(arguments: list[str]) -> int:
    """Return 0; 1 when a target is missed and that was to be checked; 2 when nothing could run."""
    options = read_options(arguments)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="fasti-bench-") as directory,
            Stage(Path(directory), options.clients) as stage,
        ):
            if options.memory:
                return _memory(stage, options)
            groups, trips = _measured(stage, options)
    except CannotRun as error:
        sys.stderr.write(f"make bench: {error}\n")
        return 2
    found = promises(groups, trips)
    facts = machine.described()
    _say(f"\n{report_text(groups, found, facts)}")
    if options.write:
        documents.write(groups, found, facts)
    missed = [promise for promise in found if not promise.is_kept]
    return 1 if options.check and missed else 0


def _measured(stage: Stage, options: Options) -> tuple[dict[str, Group], dict[str, proxied.Trips]]:
    """Measure the groups that were asked for, and the round trips by plan."""
    if stage.server_core is None:
        _say(
            "What is measured and the generator cannot be kept apart here: there is one CPU, or"
            " no way to choose."
        )
    groups: dict[str, Group] = {}
    deployed = one_worker.deploy(stage)
    fasti = cache(lambda: proxied.start_fasti(stage))
    makers: dict[str, Callable[[], Group]] = {
        "gunicorn": lambda: one_worker.on_gunicorn(
            stage, deployed, (options.rounds + WARM_UP_ROUNDS) * options.seconds
        ),
        "granian": lambda: one_worker.on_granian(stage, deployed, GRANIAN_THREADS),
        "proxy": lambda: proxied.through_nginx(stage, deployed, fasti()),
    }
    for name in options.only:
        if name not in makers:
            continue
        if name == "granian" and not has_granian():
            _say("Granian is not installed: its group is left out.")
            continue
        group = makers[name]()
        _say(f"{group.title} (load average {machine.load_average():.1f})")
        measure(group, options.rounds, options.seconds, stage.directory, stage.load_core, _say)
        groups[name] = group
    if "trips" not in options.only:
        return groups, {}
    _say("Round trips to Redis at a steady rate")
    seconds = options.rounds * options.seconds
    return groups, {
        plan: proxied.count_trips(stage, deployed, fasti(), plan, seconds)
        for plan in ("standard", EXACT_PLAN)
    }


def _memory(stage: Stage, options: Options) -> int:
    """Measure memory alone; 1 when it grows too much and that was to be checked."""
    _say("Private memory of one worker")
    grown = memory.grow(stage, _say)
    promise = Promise(
        f"Growth over {grown.questions:,} different questions",
        spread([grown.mebibytes]),
        memory.MOST_MEBIBYTES,
        MOST,
        " MiB",
    )
    _say(f"{grown.evicted:,} answers left its caches to make room for others.")
    _say(text_table(PROMISE_COLUMNS, promise_rows([promise])))
    return 1 if options.check and not promise.is_kept else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # What was started is stopped by whoever unwinds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
