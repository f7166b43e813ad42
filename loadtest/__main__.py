"""`python -m loadtest`: prepare a run, hand it to Locust, and tell how it ended."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from loadtest.capacity.search import (
    Probe,
    counted,
    next_rate,
    probe_line,
    rate_held,
    told_of,
)
from loadtest.clients_file import write_clients
from loadtest.local_stack import CHECKOUT, LocalStack
from loadtest.options import Options, is_this_machine, read_options
from loadtest.plan import CLIENTS_FILE_VARIABLE, RunPlan
from loadtest.preflight import NotReady, list_calendars
from loadtest.remote_clients import clients_of
from loadtest.responder import stand_in
from loadtest.roles import clients_by_role
from loadtest.shapes import CAPACITY, SCENARIOS
from loadtest.shapes.shape import EVERY_DAY
from loadtest.slo import FILE, refused_kinds
from loadtest.tokens import Credentials, read_credentials

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
# A master gives up on workers that do not come.
WORKERS_COME_WITHIN_SECONDS = 120
# Requests a minute that one address of a Nager client sends at most: half of what it may, so that
# two runs within a minute are not refused.
PER_MINUTE_AND_ADDRESS = 60


def main() -> int:
    """Return the exit status: 0 when every objective was kept, 1 when not, 2 without a run."""
    options = read_options(sys.argv[1:], os.environ)
    try:
        if options.worker_of is not None:
            return _be_a_worker(options, options.worker_of)
        if options.self_test:
            return _test_the_generator(options)
        return _run(options)
    except (NotReady, OSError, ValueError) as error:
        sys.stderr.write(f"make load: {error}\n")
        return 2


def _run(options: Options) -> int:
    stack = LocalStack(options.var)
    is_own = options.target is None
    target = options.target or stack.base_url()
    clients_file = _clients_file(options, stack, target)
    has_abuser = any(client.role == "abuser" for client in read_credentials(clients_file))
    plan = _plan(
        options,
        target,
        clients_file,
        without=() if has_abuser else ("abuser",),
        stack=str(stack.var) if is_own else None,
        metrics=options.metrics or (stack.metrics() if is_own else ()),
        facts=stack.facts() if is_own else {},
    )
    if plan.scenario == CAPACITY:
        return _search(plan, clients_file, options)
    return _locust(plan, clients_file, options)


def _search(plan: RunPlan, clients_file: Path, options: Options) -> int:
    """Probe one rate after the other. Returns 0 when some rate kept to every objective."""
    if options.workers:
        raise ValueError("the search for the capacity is not distributed: PROCESSES=2 is")
    probes: list[Probe] = []
    told = []
    _probe(plan, plan.peak, 0, clients_file, options)  # Warms what was just started; not counted.
    while (rate := next_rate(probes, plan.peak, options.stride)) is not None:
        told.append(_probe(plan, rate, len(probes) + 1, clients_file, options))
        probes.append(Probe(rate, told[-1]["kept"]))
        sys.stdout.write(f"{probe_line(told[-1])}\n")
        sys.stdout.flush()
    found = rate_held(probes)
    outcome = {
        "held": found,
        "counted": told[-len(counted(probes)) :] if found else [],
        "probes": told,
        "target": plan.target,
        "facts": dict(plan.facts),
    }
    Path(f"{plan.record}.json").write_text(json.dumps(outcome), encoding="utf-8")
    sys.stdout.write(
        f"\nevery objective is only just kept at {f'{found:.0f}/s' if found else 'none'}\n"
        f"record: {plan.record}.json\n"
    )
    return 0 if found else 1


def _probe(
    plan: RunPlan, rate: float, number: int, clients_file: Path, options: Options
) -> dict[str, Any]:
    """Ask at one rate, and return what is told of it. Raises NotReady where that cannot be."""
    record = f"{plan.record}-{number}"
    probe = replace(plan, peak=rate, record=record, seed=plan.seed + number)
    with Path(f"{record}.log").open("w", encoding="utf-8") as log:
        status = _locust(probe, clients_file, options, log)
    if status not in (0, 1):
        raise NotReady(f"a probe could not be run: see {record}.log")
    summary = json.loads(Path(f"{record}.json").read_text(encoding="utf-8"))["summary"]
    return {"rate": rate, "record": f"{record}.json"} | told_of(summary)


def _test_the_generator(options: Options) -> int:
    """Send twice the rate to a stand-in that does nothing: what is slow then is the generator."""
    entries = [
        {"client_id": client_id, "client_secret": "none", "role": role}
        for client_id, role in clients_by_role(options.clients).items()
    ]
    clients_file = write_clients(options.var / "load" / "clients-self-test.json", entries)
    peak = 2 * (options.peak or SCENARIOS[options.scenario].peak)
    with stand_in() as target:
        plan = _plan(options, target, clients_file, peak=peak, has_facts=False)
        return _locust(plan, clients_file, options)


def _be_a_worker(options: Options, master: str) -> int:
    """Send a share of what the master of the run says; with the clients of this machine."""
    clients_file = options.clients_file or LocalStack(options.var).var / "load" / "clients.json"
    # A master that has just been started makes them first.
    give_up_at = time.monotonic() + WORKERS_COME_WITHIN_SECONDS / 2
    while not clients_file.exists() and time.monotonic() < give_up_at:
        time.sleep(1)
    if not clients_file.exists():
        raise NotReady(f"{clients_file} is missing: name the master's with FASTI_LOAD_CLIENTS=…")
    address = ("--master-host", master, "--master-port", str(options.master_port))
    several = ("--processes", str(options.processes)) if options.processes > 1 else ()
    return _call(["--worker", *address, *several], clients_file)


def _clients_file(options: Options, stack: LocalStack, target: str) -> Path:
    if options.clients_file is not None:
        return options.clients_file
    if options.client_id is not None and options.client_secret is not None:
        client = Credentials(options.client_id, options.client_secret)
        return clients_of(target, client, options.clients, stack.var / "load")
    return stack.make_clients(options.clients)


def _plan(
    options: Options,
    target: str,
    clients_file: Path,
    *,
    peak: float | None = None,
    without: tuple[str, ...] = (),
    stack: str | None = None,
    metrics: tuple[str, ...] = (),
    facts: dict[str, str] | None = None,
    has_facts: bool = True,
) -> RunPlan:
    scenario = SCENARIOS[options.scenario]
    peak = peak or options.peak or scenario.peak
    now = datetime.now().astimezone()
    reports = options.var.absolute() / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    slo = options.slo or FILE
    # Whoever is counted by address needs several, which only this machine gives to itself, and
    # only in IPv4.
    host = urlsplit(target).hostname or ""
    has_addresses = is_this_machine(host) and ":" not in host and sys.platform == "linux"
    addresses = 1 + ceil(peak * EVERY_DAY["nager"] * 60 / PER_MINUTE_AND_ADDRESS)
    refused = set(refused_kinds(slo)) | (set() if has_addresses else {"nager"})
    return RunPlan(
        scenario=scenario.name,
        peak=peak,
        seconds=options.seconds or scenario.seconds,
        seed=options.seed,
        target=target,
        record=str(reports / f"load-{scenario.name}-{now.strftime('%Y%m%d-%H%M%S')}"),
        slo=str(slo.absolute()),
        calendars=tuple(list_calendars(target, read_credentials(clients_file)[0])),
        may_be_refused=tuple(sorted(refused)),
        without=without,
        addresses=addresses if has_addresses else 0,
        address_block=int(now.timestamp() // 10) % 200,
        stack=stack,
        metrics=metrics,
        has_facts=has_facts,
        stall_seconds=options.stall_seconds,
        facts=facts or {},
    )


def _locust(
    plan: RunPlan, clients_file: Path, options: Options, output: TextIO = sys.stdout
) -> int:
    """Run ``plan``, in this process's children or as the master of others; tell it ``output``."""
    shape = plan.shape()
    output.write(
        f"{plan.scenario}: {SCENARIOS[plan.scenario].question}\n"
        f"{plan.peak:g} arrivals a second at the peak, {shape.seconds:g} s, against {plan.target},"
        f" seed {plan.seed}\n"
    )
    output.flush()
    count = max(options.processes, options.workers, 1)
    arguments = [
        *("--headless", "--host", plan.target, "--plan", plan.to_json()),
        # One user a process: it is the arrivals, all of them.
        *("--users", str(count), "--spawn-rate", str(count)),
        # Locust adds ".json" itself, and leaves its own tables out when it writes this file.
        *("--json-file", str(options.var.absolute() / "load" / "locust")),
    ]
    if options.workers:
        arguments += [
            *("--master", "--master-bind-port", str(options.master_port)),
            *("--expect-workers", str(options.workers)),
            *("--expect-workers-max-wait", str(WORKERS_COME_WITHIN_SECONDS)),
        ]
    elif options.processes > 1:
        port = str(_free_port())
        arguments += ["--processes", str(options.processes), "--master-bind-port", port]
        arguments += ["--master-port", port]
    return _call(arguments, clients_file, output)


def _free_port() -> int:
    """Return a port of this machine where the processes of one run can meet."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _call(arguments: list[str], clients_file: Path, output: TextIO = sys.stdout) -> int:
    """Run Locust in the root of the checkout and return its exit status."""
    command = [
        *(sys.executable, "-m", "locust", "--locustfile", str(LOCUSTFILE)),
        *("--only-summary", "--loglevel", "WARNING"),
        *arguments,
    ]
    environment = {**os.environ, CLIENTS_FILE_VARIABLE: str(clients_file.absolute())}
    try:
        return subprocess.run(  # noqa: S603 - the interpreter we run on, and our own arguments
            command, cwd=CHECKOUT, env=environment, stdout=output, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130  # Locust got the same signal and has told what it knew.


if __name__ == "__main__":
    sys.exit(main())
