"""The whole stack: nginx, as `make up` sets it up, in front of several replicas."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import workload
from bench.generator import Job, Outcome
from bench.one_worker import Deployment
from bench.processes import CannotRun, Program, ask, free_port
from bench.rounds import Contestant, Group, generate
from bench.servers import Gunicorn
from bench.stage import EXACT_PLAN, Stage
from deploy.local.nginx import nginx_files
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.servers import nginx_binary
from deploy.local.state import replica_names

REPLICAS = 3
WORKERS = 2
ASKERS = 50
TRIPS_PER_SECOND = 1_000.0
SETTLING_SECONDS = 2.0
REQUEST_TRIPS = re.compile(rb'^fasti_rate_limit_trips_total\{path="request"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True)
class Proxied:
    """An nginx, what is behind it, and the ports of both."""

    nginx: Program
    port: int
    replicas: list[Program]
    replica_ports: list[int]


@dataclass(frozen=True)
class Trips:
    """How often Redis was asked under a steady load.

    all: round trips for a request, of every kind and of the background too; waited: those that a
    request waited for.
    """

    outcome: Outcome
    all: float
    waited: float


def start_fasti(stage: Stage) -> Proxied:
    """Start Fasti as `make up` does, without its supervisor."""
    settings = {
        "FASTI_WORKERS": str(WORKERS),
        "FASTI_EXPECTED_WORKERS": str(REPLICAS * WORKERS),
    }
    return _behind_nginx(
        stage,
        "fasti",
        "/health/live",
        lambda name: stage.start_fasti(Gunicorn(), name, more=settings),
    )


def start_glued(stage: Stage, deployed: Deployment) -> Proxied:
    """Start the reference behind the same configuration of nginx, with as many workers."""
    return _behind_nginx(
        stage,
        "glued",
        "/login",
        lambda name: stage.start_reference(Gunicorn(), name, deployed.glued_files, workers=WORKERS),
    )


def through_nginx(stage: Stage, deployed: Deployment, fasti: Proxied) -> Group:
    """The whole stack of both, in turns."""
    glued = start_glued(stage, deployed)
    return Group(
        f"Through nginx, {REPLICAS} replicas with {WORKERS} workers each",
        (
            _contestant(stage, "fasti-proxied", "Fasti", fasti, deployed, deployed.fasti_tokens),
            _contestant(
                stage,
                "glued-proxied",
                "the three extensions as documented",
                glued,
                deployed,
                deployed.glued_tokens,
            ),
        ),
    )


def count_trips(
    stage: Stage, deployed: Deployment, fasti: Proxied, plan: str, seconds: float
) -> Trips:
    """Ask kept questions at a steady rate, each of some clients by chance, and count the round
    trips that are made once all of them are known.

    A round trip is a read by Valkey that found something: a pipeline is one, however many commands
    it has. One too long for a packet may count twice, to our cost. plan: of the clients.
    """
    clients = (
        stage.credentials(deployed.fasti[1], plan, ASKERS)
        if plan == EXACT_PLAN
        else dict(list(deployed.credentials.items())[:ASKERS])
    )
    tokens = stage.fasti_tokens(deployed.fasti[1], clients)
    file = stage.directory / f"requests-trips-{plan}.json"
    workload.gets(deployed.paths, workload.bearer_heads(tokens)).save(file)
    job = Job(
        port=fasti.port,
        requests=str(file),
        connections=len(tokens),
        seconds=SETTLING_SECONDS,
        core=None,
        per_second=TRIPS_PER_SECOND,
    )
    _all_answered(generate(job))
    before = _reads(stage), _waited(fasti)
    outcome = _all_answered(generate(Job(**{**vars(job), "seconds": seconds, "seed": 2})))
    after = _reads(stage), _waited(fasti)
    return Trips(
        outcome,
        all=(after[0] - before[0]) / outcome.answers,
        waited=(after[1] - before[1]) / outcome.answers,
    )


def _behind_nginx(
    stage: Stage, kind: str, path: str, start: Callable[[str], tuple[Program, int]]
) -> Proxied:
    options = Options(replicas=REPLICAS, workers=WORKERS, port=0, tls=False, port_tls=0)
    names = replica_names(REPLICAS)
    replicas = [start(f"{kind}-{name}") for name in names]
    port = free_port()
    paths = Paths(stage.directory / f"nginx-{kind}")
    paths.create()
    ports = {"nginx": port} | {name: port for name, (_, port) in zip(names, replicas, strict=True)}
    for file, text in nginx_files(paths, options, ports, {}).items():
        file.write_text(text, encoding="utf-8")
    nginx = stage.start(f"nginx-{kind}", _nginx_command(paths.nginx), {})
    nginx.wait_until(lambda: ask(port, path)[0] < 500)
    return Proxied(
        nginx, port, [program for program, _ in replicas], [port for _, port in replicas]
    )


def _nginx_command(prefix: Path) -> list[str]:
    configuration = str(prefix / "nginx.conf")
    return [str(nginx_binary()), "-p", f"{prefix}/", "-c", configuration, "-e", "/dev/stderr"]


def _contestant(
    stage: Stage, key: str, title: str, stack: Proxied, deployed: Deployment, tokens: list[str]
) -> Contestant:
    if stage.valkey is None:
        raise CannotRun("There is no Valkey.")
    return Contestant(
        key,
        title,
        stack.port,
        workload.gets(deployed.paths, workload.bearer_heads(tokens)),
        {"nginx": [stack.nginx], "replicas": stack.replicas, "Valkey": [stage.valkey]},
    )


def _all_answered(outcome: Outcome) -> Outcome:
    if set(outcome.statuses) != {"200"} or outcome.broken:
        raise CannotRun(f"{outcome.statuses}, {outcome.broken} broken connections")
    return outcome


def _reads(stage: Stage) -> int:
    """How often Valkey has read something so far."""
    with stage.valkey_client() as client:
        statistics: dict[str, int] = client.info("stats")
    return int(statistics["total_reads_processed"])


def _waited(fasti: Proxied) -> float:
    """The round trips for the limits that requests waited for, of all replicas."""
    found = [REQUEST_TRIPS.search(ask(port, "/metrics")[1]) for port in fasti.replica_ports]
    return sum(float(match[1]) for match in found if match)
