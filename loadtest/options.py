"""What a run is asked to do: flags first, then the environment, then the defaults."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TARGET = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Options:
    """One run.

    target: base URL, or None for the stack whose state is in ``var``.
    clients_file: credentials to act as, or None for those of the stack whose state is in ``var``.
    spawn_rate: users started a second.
    """

    target: str | None
    var: Path
    clients_file: Path | None
    users: int
    duration_seconds: int
    spawn_rate: float
    seed: int


def read_options(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Return the options in ``arguments``, with ``environment`` filling in what they leave out.

    Exits with status 2 and a line that says what to change when one of them is not usable.
    """
    parser = argparse.ArgumentParser(
        prog="python -m loadtest", description="Put load on a running Fasti and check its answers."
    )

    def option(flag: str, variable: str, kind: type, default: object, meaning: str) -> None:
        # An empty variable counts as unset: that is how make hands an unset one on. argparse
        # converts a default given as text like an argument, with the same complaint.
        value = environment.get(variable) or default
        note = f"{meaning} [{variable}]"
        parser.add_argument(flag, type=kind, default=value, help=note)

    option("--target", "TARGET", str, None, "base URL (default: the stack of `make up`)")
    option("--var", "VAR", Path, "var", "where that stack keeps its state, and reports go")
    option("--clients-file", "FASTI_LOAD_CLIENTS", Path, None, "JSON file of clients to act as")
    option("--users", "USERS", int, "20", "simultaneous clients")
    parser.add_argument(
        "--duration",
        type=_seconds,
        default=environment.get("DURATION") or "30s",
        help="for how long: 30, 30s, 2m [DURATION]",
    )
    option("--spawn-rate", "SPAWN_RATE", float, "20", "clients started a second")
    option("--seed", "SEED", int, "1", "what chance is drawn from")
    given = parser.parse_args(arguments)
    if given.users < 1 or given.spawn_rate <= 0:
        parser.error("there must be at least 1 user and a spawn rate above 0")
    if given.target is not None and not re.match(r"https?://[^/]", given.target):
        parser.error(f"TARGET is a base URL such as {DEFAULT_TARGET}, not {given.target!r}")
    return Options(
        given.target and given.target.rstrip("/"),
        given.var,
        given.clients_file,
        given.users,
        given.duration,
        given.spawn_rate,
        given.seed,
    )


def _seconds(text: str) -> int:
    """Return the whole seconds, 1 or more, of a duration such as ``30``, ``30s`` or ``2m``."""
    match = re.fullmatch(r"([1-9]\d*)(s|m|)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"a duration is 30s or 2m, not {text!r}")
    return int(match[1]) * (60 if match[2] == "m" else 1)
