"""`python -m loadtest.capacity`: what stacks of this machine hold, from one worker to many."""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.chart import bar_chart
from bench.documents import put
from bench.report import markdown_table, text_table
from loadtest.capacity.measured import Layout, Measured, measured
from loadtest.capacity.report import COLUMNS, rows, sentences
from loadtest.capacity.scaling import fit
from loadtest.capacity.search import probe_line
from loadtest.local_stack import CHECKOUT
from loadtest.machine import machine, versions

LAYOUTS = "1x1 2x1 3x1 1x2 2x2 3x2"
FIRST_RATE = 300.0
DOCUMENT = Path("docs/capacity.md")
CHART = Path("docs/capacity.svg")
# Each try asks for its tokens: more in a minute than one address may in earnest.
SETTINGS = {"FASTI_TOKEN_RATE_LIMIT": "60000/minute"}
RECORD = re.compile(r"^record: (.+)$", re.MULTILINE)


class CannotMeasureError(Exception):
    """A stack could not be started, or not be asked; the message says which command failed."""


def main(arguments: Sequence[str]) -> int:
    """Return 0; 2 when a layout could not be measured."""
    options = _read_options(arguments)
    directory = options.var.absolute() / "capacity"
    reports = options.var.absolute() / "reports"
    earlier = sorted(reports.glob("capacity-[0-9]*.json"))
    before = _read(earlier[-1]) if earlier else {}
    found: list[Measured] = []
    try:
        for layout in options.layouts:
            start = found[-1].per_second if found else options.rate
            found.append(_measure(layout, directory, start, options))
            _say(" ".join((f"{layout}:", *_last(found))))
    except (CannotMeasureError, ValueError) as error:
        sys.stderr.write(f"make capacity: {error}\n")
        return 2
    finally:
        _run("deploy.local", "down", "--var", str(directory))
    law = fit([(one.layout.processes, one.per_second) for one in found])
    told = sentences(found, law, os.cpu_count() or 1, before)
    _say(f"\n{text_table(COLUMNS, rows(found))}\n\n{chr(10).join(told)}\n{_machine()}")
    reports.mkdir(parents=True, exist_ok=True)
    record = reports / f"capacity-{datetime.now().astimezone():%Y%m%d-%H%M%S}.json"
    record.write_text(json.dumps([one.to_json() for one in found]), encoding="utf-8")
    _say(f"record: {record}")
    if options.write:
        _write(found, told)
    return 0


def _measure(layout: Layout, var: Path, start: float, options: Any) -> Measured:
    """Bring the stack to ``layout``, and search. start: the first rate that is tried."""
    given = ("--replicas", layout.replicas, "--workers", layout.workers, "--server", options.server)
    up = _run("deploy.local", "up", "--var", str(var), "--port", "0", *map(str, given), **SETTINGS)
    if up.returncode != 0:
        raise CannotMeasureError(f"{layout} did not start: {up.stderr.strip()[-300:]}")
    search = _run(
        "loadtest",
        *("--scenario", "capacity", "--var", str(var), "--stride", "1.4"),
        *("--rate", f"{start:.0f}", "--duration", f"{options.seconds}s"),
        *("--processes", str(options.processes)),
    )
    record = RECORD.search(search.stdout)
    if record is None:
        raise CannotMeasureError(f"{layout}: {(search.stderr or search.stdout).strip()[-300:]}")
    outcome = json.loads(Path(record[1]).read_text(encoding="utf-8"))
    for probe in outcome["probes"]:
        _say(f"  {layout}{probe_line(probe)}")
    return measured(layout, outcome)


def _run(module: str, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - the interpreter we run on, and our own arguments
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def _read(record: Path) -> Mapping[Layout, Measured]:
    told = json.loads(record.read_text(encoding="utf-8"))
    return {one.layout: one for one in map(Measured.from_json, told)}


def _last(found: Sequence[Measured]) -> Iterator[str]:
    for column, cell in zip(COLUMNS[1:4], rows(found[-1:])[0][1:4], strict=True):
        yield f"{cell} {column}"


def _write(found: Sequence[Measured], told: Sequence[str]) -> None:
    """Bring docs/capacity.md, its chart and README.md up to date."""
    bars = [(f"{one.layout} replicas x workers", one.per_second, True) for one in found]
    title = "Requests a second that keep to every objective, generator beside them"
    (CHECKOUT / CHART).write_text(bar_chart(title, bars), encoding="utf-8")
    table = markdown_table(COLUMNS, rows(found))
    full = [f"![Requests a second]({CHART.name})", "", table, ""]
    full += [*(f"- {sentence}" for sentence in told), "", _machine()]
    put(CHECKOUT / DOCUMENT, "capacity", "\n".join(full))
    short = [f"![Requests a second]({CHART})", "", told[0], told[3], "", _machine()]
    short += ["", f"How to size it for more: [{DOCUMENT}]({DOCUMENT})."]
    put(CHECKOUT / "README.md", "capacity", "\n".join(short))


def _machine() -> str:
    here = machine()
    stood = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"Measured {datetime.now().astimezone():%Y-%m-%d} on {here['CPUs']} x {here['processor']},"
        f" {here['memory']}; {stood}."
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _read_options(arguments: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(
        prog="make capacity", description="What each layout of a stack holds; a quarter of an hour."
    )
    parser.add_argument("--var", type=Path, default="var", help="below it lies the stack")
    parser.add_argument("--layouts", default=LAYOUTS, help="replicas x workers of each stack")
    parser.add_argument("--server", default="", help="gunicorn or granian")
    parser.add_argument("--rate", type=float, default=FIRST_RATE, help="the first that is tried")
    parser.add_argument("--seconds", type=int, default=5, help="of each try")
    parser.add_argument("--processes", type=int, default=1, help="of the generator")
    parser.add_argument("--write", action="store_true", help="bring the documents up to date")
    options = parser.parse_args(arguments)
    options.layouts = [_layout(parser, text) for text in options.layouts.split()]
    if len({layout.processes for layout in options.layouts}) < 2:
        parser.error("a model takes layouts with different numbers of workers")
    if options.rate <= 0 or options.seconds < 2 or options.processes < 1:
        parser.error("there must be a rate, two seconds for each try, and a process")
    return options


def _layout(parser: argparse.ArgumentParser, text: str) -> Layout:
    match = re.fullmatch(r"([1-9]\d?)x([1-9]\d?)", text)
    if match is None:
        parser.error(f"a layout is 3x2, replicas x workers, not {text!r}")
    return Layout(int(match[1]), int(match[2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
