"""Measure, and say what was found."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import machine, one_worker
from bench.options import Options, read_options
from bench.processes import CannotRun
from bench.report import report_text
from bench.rounds import Group, measure
from bench.servers import has_granian
from bench.stage import Stage
from bench.targets import promises

GRANIAN_THREADS = (1, 4)


def main(arguments: list[str]) -> int:
    """Return 0; 1 when a target is missed and that was to be checked; 2 when nothing could run."""
    options = read_options(arguments)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="fasti-bench-") as directory,
            Stage(Path(directory), options.clients) as stage,
        ):
            groups = _groups(stage, options)
    except CannotRun as error:
        sys.stderr.write(f"make bench: {error}\n")
        return 2
    found = promises(groups)
    _say(f"\n{report_text(groups, found, machine.described())}")
    missed = [promise for promise in found if not promise.is_kept]
    return 1 if options.check and missed else 0


def _groups(stage: Stage, options: Options) -> dict[str, Group]:
    """Measure the groups that were asked for. Each is stopped before the next one begins."""
    if stage.server_core is None:
        _say(
            "What is measured and the generator cannot be kept apart here: there is one CPU, or"
            " no way to choose."
        )
    groups: dict[str, Group] = {}
    deployed = one_worker.deploy(stage)
    makers: dict[str, Callable[[], Group]] = {
        "gunicorn": lambda: one_worker.on_gunicorn(
            stage, deployed, options.rounds * options.seconds
        ),
        "granian": lambda: one_worker.on_granian(stage, deployed, GRANIAN_THREADS),
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
    return groups


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
