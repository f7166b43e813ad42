"""Who is primary, as the files of the Sentinels tell it, and whose data goes where."""

import json
from pathlib import Path

import pytest

from deploy.local.high_availability import (
    NODES,
    SENTINELS,
    configuration_of,
    last_primary,
    prepare,
    prepare_single,
    take_role,
)
from deploy.local.paths import Paths

PORTS = {
    name: 20_000 + number for number, name in enumerate((*NODES, *SENTINELS, "valkey", "nginx"))
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path / "a var")
    made.create()
    made.ports.write_text(json.dumps(PORTS))
    return made


def say(paths: Paths, sentinel: str, primary: str, epoch: int) -> None:
    """Let a Sentinel have written down who is primary, as it does."""
    file = configuration_of(paths, sentinel)
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f"port {PORTS[sentinel]}\nsentinel monitor fasti 127.0.0.1 {PORTS[primary]} 2\n"
        f"sentinel config-epoch fasti {epoch}\nsentinel leader-epoch fasti {epoch + 1}\n"
    )


def role_of(paths: Paths, name: str) -> str:
    return configuration_of(paths, name).read_text().splitlines()[-1].split()[0]


def test_at_first_the_first_is_primary_and_the_other_its_replica(paths: Paths) -> None:
    prepare(paths, PORTS, {})
    for name in NODES:
        take_role(paths, name)
    assert [role_of(paths, name) for name in NODES] == ["include", "replicaof"]
    for name in SENTINELS:
        assert f"known-replica fasti 127.0.0.1 {PORTS['valkey-2']}" in (
            configuration_of(paths, name).read_text()
        )


def test_the_newest_word_of_a_sentinel_counts(paths: Paths) -> None:
    say(paths, "sentinel-1", "valkey-1", 1)
    say(paths, "sentinel-2", "valkey-2", 3)
    say(paths, "sentinel-3", "valkey-1", 2)
    assert last_primary(paths, PORTS) == "valkey-2"
    for name in NODES:
        take_role(paths, name)
    assert [role_of(paths, name) for name in NODES] == ["replicaof", "include"]


def test_who_was_primary_stays_so_with_other_ports(paths: Paths) -> None:
    say(paths, "sentinel-1", "valkey-2", 1)
    moved = {name: port + 100 for name, port in PORTS.items()}
    prepare(paths, moved, before=PORTS)
    assert last_primary(paths, moved) == "valkey-2"


def test_a_single_valkey_becomes_the_primary_of_two_and_back(paths: Paths) -> None:
    prepare_single(paths, {})
    (paths.data / "valkey" / "kept").touch()
    prepare(paths, PORTS, PORTS)
    assert (paths.data / "valkey-1" / "kept").exists()
    say(paths, "sentinel-1", "valkey-2", 1)
    (paths.data / "valkey-2").mkdir()
    (paths.data / "valkey-2" / "newer").touch()
    prepare_single(paths, PORTS)
    assert [file.name for file in (paths.data / "valkey").iterdir()] == ["newer"]
    assert not (paths.data / "valkey-1").exists()
    prepare_single(paths, PORTS)  # Nothing to do the second time.
    assert (paths.data / "valkey" / "newer").exists()
