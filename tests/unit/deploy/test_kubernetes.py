"""The load test in Kubernetes is that of compose: the same image, commands and variables."""

from pathlib import Path
from typing import Any

import yaml

from loadtest.options import read_options

ROOT = Path(__file__).parents[3]
MANIFESTS: dict[tuple[str, str], Any] = {
    (one["kind"], one["metadata"]["name"]): one
    for one in yaml.safe_load_all((ROOT / "deploy/kubernetes/loadtest.yml").read_text())
}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
JOBS = ("load-master", "load-worker")


def container(job: str) -> Any:
    pod = MANIFESTS["Job", job]["spec"]["template"]["spec"]
    (found,) = pod["containers"]
    return found


def test_master_and_workers_run_what_compose_runs() -> None:
    for job in JOBS:
        assert container(job)["image"] == COMPOSE[job]["image"]
        assert container(job)["args"][0] == COMPOSE[job]["command"][0]
    assert container("load-worker")["args"] == COMPOSE["load-worker"]["command"]


def test_the_master_waits_for_as_many_workers_as_there_are() -> None:
    workers = MANIFESTS["Job", "load-worker"]["spec"]
    assert container("load-master")["args"] == ["--workers", str(workers["parallelism"])]
    assert workers["completions"] == workers["parallelism"]


def test_workers_find_the_master_by_its_service_and_its_port() -> None:
    service = MANIFESTS["Service", "load-master"]["spec"]
    template = MANIFESTS["Job", "load-master"]["spec"]["template"]
    assert template["metadata"]["labels"].items() >= service["selector"].items()
    options = read_options(container("load-worker")["args"], {})
    assert options.worker_of == "load-master"
    assert [port["port"] for port in service["ports"]] == [options.master_port]


def test_the_settings_are_those_a_run_reads() -> None:
    data = MANIFESTS["ConfigMap", "fasti-load"]["data"]
    options = read_options([], data)
    assert (options.target, options.scenario) == (data["TARGET"], data["SCENARIO"])
    assert options.metrics == (data["METRICS"],)
    assert str(options.clients_file) == data["FASTI_LOAD_CLIENTS"]
    assert options.peak is options.seconds is None  # Empty is as good as not set.


def test_only_what_is_mounted_may_be_written() -> None:
    for job in JOBS:
        found = container(job)
        assert found["securityContext"]["readOnlyRootFilesystem"]
        written = [one["name"] for one in found["volumeMounts"] if not one.get("readOnly")]
        assert written == ["load", "tmp"]
