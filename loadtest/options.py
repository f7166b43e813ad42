"""What a run is asked to do: flags first, then the environment, then the defaults."""

import argparse
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from loadtest.shapes import SCENARIOS

DEFAULT_TARGET = "http://127.0.0.1:8080"
# Beyond it nginx gives up on a replica that is silent.
MOST_STALL_SECONDS = 4.0


@dataclass(frozen=True)
class Options:
    """One run.

    target: base URL, or None for the stack whose state is in ``var``.
    clients_file: credentials to act as; client_id and client_secret: one client in its place, which
        makes the others when it may. None of them: those of the stack in ``var``.
    peak, seconds: None for those of the scenario.
    clients: how many to act as, where they are made here.
    workers: how many are waited for, on a master; 0 for a run that is not distributed.
    stride: by how much the search for the capacity goes up, until it is too much.
    stall_seconds: for how long the replicas are to stand still; 0 for not at all.
    worker_of: host of the master, on a worker; else None.
    """

    scenario: str
    target: str | None
    var: Path
    clients_file: Path | None
    client_id: str | None
    client_secret: str | None
    peak: float | None
    seconds: float | None
    clients: int
    seed: int
    processes: int
    workers: int
    worker_of: str | None
    master_port: int
    metrics: tuple[str, ...]
    slo: Path | None
    stride: float
    self_test: bool
    stall_seconds: float


def read_options(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Return the options in ``arguments``, with ``environment`` filling in what they leave out.

    Exits with status 2 and a line that says what to change when one of them is not usable.
    """
    parser = argparse.ArgumentParser(
        prog="python -m loadtest", description="Put load on a running Fasti and check its answers."
    )

    def option(flag: str, variable: str, kind: type, default: str | None, meaning: str) -> None:
        # An empty variable counts as unset: that is how make hands an unset one on. argparse
        # converts a default that is text as it does a flag, and complains in the same way.
        value = environment.get(variable) or default
        parser.add_argument(flag, type=kind, default=value, help=f"{meaning} [{variable}]")

    option("--scenario", "SCENARIO", str, "steady", f"one of {', '.join(SCENARIOS)}")
    option("--target", "TARGET", str, None, "base URL; the stack of --var when not given")
    option("--confirm", "CONFIRM", str, None, "the host of a target that is not this machine")
    option("--var", "VAR", Path, "var", "state directory of the stack; reports go below it")
    option("--clients-file", "FASTI_LOAD_CLIENTS", Path, None, "JSON list of clients to act as")
    option("--client-id", "FASTI_LOAD_CLIENT_ID", str, None, "one client to act as")
    parser.add_argument(
        "--duration",
        type=_seconds,
        default=environment.get("DURATION") or None,
        help="for how long: 30, 30s, 2m, 1h; each scenario has its own [DURATION]",
    )
    option("--rate", "RATE", float, None, "arrivals a second at the peak, without abusers")
    option("--users", "USERS", int, "50", "clients that are made for the test")
    option("--seed", "SEED", int, "1", "what chance is drawn from")
    option("--processes", "PROCESSES", int, "1", "processes of the generator on this machine")
    option("--master-port", "MASTER_PORT", int, "5557", "where master and workers meet")
    option("--metrics", "METRICS", str, None, "addresses of /metrics, with commas between them")
    option("--slo", "SLO", Path, None, "a file of objectives in place of loadtest/slo.toml")
    parser.add_argument(
        "--workers", type=int, default=0, help="be a master, and wait for so many workers"
    )
    parser.add_argument("--worker-of", help="be a worker of the master on this host")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="twice the rate, to a stand-in on this machine: how much can the generator send?",
    )
    parser.add_argument(
        "--stall",
        type=float,
        default=0.0,
        help="stop all replicas of the stack of --var for so many seconds: is it seen?",
    )
    parser.add_argument(
        "--stride", type=float, default=2.0, help="how much more the search for the capacity tries"
    )
    given = parser.parse_args(arguments)
    if not 1.1 <= given.stride <= 4:
        parser.error("--stride is from 1.1 to 4")
    if given.scenario not in SCENARIOS:
        parser.error(f"there is no scenario {given.scenario!r}: {', '.join(SCENARIOS)}")
    if given.rate is not None and not 0 < given.rate <= 1_000_000:
        parser.error("RATE is a number of arrivals a second above 0")
    if given.users < 8 or given.processes < 1 or given.workers < 0:
        parser.error("there must be at least 8 users, 1 process and 0 workers")
    if given.stall and (given.target is not None or not 0 < given.stall <= MOST_STALL_SECONDS):
        parser.error(f"--stall takes up to {MOST_STALL_SECONDS:g} s, of a stack of this machine")
    metrics = tuple(filter(None, (given.metrics or "").split(",")))
    if not all(re.match(r"https?://[^/]", one) for one in metrics):
        parser.error("METRICS holds addresses such as http://10.0.0.7:8000/metrics")
    secret = environment.get("FASTI_LOAD_CLIENT_SECRET") or None
    if (given.client_id is None) != (secret is None):
        parser.error("FASTI_LOAD_CLIENT_ID and FASTI_LOAD_CLIENT_SECRET go together")
    if given.target is not None:
        if not re.match(r"https?://[^/]", given.target):
            parser.error(f"TARGET is a base URL such as {DEFAULT_TARGET}, not {given.target!r}")
        host = urlsplit(given.target).hostname or ""
        if not is_this_machine(host) and given.confirm != host:
            parser.error(f"{host} is not this machine: to put load on it, say so: CONFIRM={host}")
    return Options(
        scenario=given.scenario,
        target=given.target and given.target.rstrip("/"),
        var=given.var,
        clients_file=given.clients_file,
        client_id=given.client_id,
        client_secret=secret,
        peak=given.rate,
        seconds=given.duration,
        clients=given.users,
        seed=given.seed,
        processes=given.processes,
        workers=given.workers,
        worker_of=given.worker_of,
        master_port=given.master_port,
        metrics=metrics,
        slo=given.slo,
        stride=given.stride,
        self_test=given.self_test,
        stall_seconds=given.stall,
    )


def is_this_machine(host: str) -> bool:
    """Whether ``host``, a name or an address, is a loopback one."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _seconds(text: str) -> float:
    """Return the seconds, 1 or more, of a duration such as ``30``, ``30s``, ``2m`` or ``1h``."""
    match = re.fullmatch(r"([1-9]\d*)(s|m|h|)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"a duration is 30s, 2m or 1h, not {text!r}")
    return float(int(match[1]) * {"m": 60, "h": 3600}.get(match[2], 1))
