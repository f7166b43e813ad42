"""Which settings a running stack takes over without an interruption."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.change import can_be_rolled
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.plan import Plan, make_plan

OPTIONS = Options(port=8080, port_tls=8443, tls=False, replicas=2, workers=1)
PORTS = {
    "nginx": 8080,
    "valkey": 20_001,
    "supervisor": 20_002,
    "replica-1": 20_003,
    "replica-2": 20_004,
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths(tmp_path)
    found.create()
    return found


def _running(paths: Paths) -> Plan:
    """A stack that was started."""
    plan = make_plan(paths, OPTIONS, PORTS, {})
    plan.write(paths)
    return plan


@pytest.mark.parametrize(
    "settings",
    [{"FASTI_LOG_LEVEL": "DEBUG"}, {"NGINX_ADDRESS_BURST": "7"}, {"FASTI_RATE_LIMIT": "1/minute"}],
)
def test_settings_of_replicas_and_of_nginx_are_taken_over_one_by_one(
    paths: Paths, settings: dict[str, str]
) -> None:
    running = _running(paths)
    assert can_be_rolled(paths, running.stack, make_plan(paths, OPTIONS, PORTS, settings))


@pytest.mark.parametrize(
    ("options", "ports"),
    [
        (replace(OPTIONS, replicas=1), PORTS),
        (replace(OPTIONS, workers=2), PORTS),
        (replace(OPTIONS, port=8081), PORTS | {"nginx": 8081}),
        (OPTIONS, PORTS | {"valkey": 20_009}),
    ],
)
def test_other_numbers_and_ports_take_a_start_anew(
    paths: Paths, options: Options, ports: dict[str, int]
) -> None:
    running = _running(paths)
    assert not can_be_rolled(paths, running.stack, make_plan(paths, options, ports, {}))


def test_what_supervisor_or_valkey_are_told_takes_a_start_anew(paths: Paths) -> None:
    running = _running(paths)
    for changed in (paths.run / "valkey.conf", paths.supervisor_configuration):
        before = changed.read_text()
        changed.write_text("of another release")
        assert not can_be_rolled(paths, running.stack, running)
        changed.write_text(before)
    assert can_be_rolled(paths, running.stack, running)
