"""`make up HA=1`: two Valkeys, one the replica of the other, and three Sentinels that make it the
primary when the other is gone.

Each Sentinel writes down who is primary, in the file it was started with. There it is read when a
Valkey is started, by supervisor as by `make up`.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import kept_password, write_private
from deploy.local.state import read_json
from deploy.local.valkey import valkey_text

ALONE = "valkey"
NODES = ("valkey-1", "valkey-2")
SENTINELS = ("sentinel-1", "sentinel-2", "sentinel-3")
SERVICE = "fasti"
QUORUM = 2
# Longer than supervisor takes to start a Valkey that crashed, which then has lost nothing, and than
# a busy machine lets one wait; with election and promotion a failover takes two to four seconds.
DOWN_AFTER_MILLISECONDS = 1_500
FAILOVER_MILLISECONDS = 10_000  # So long a failover that comes to nothing is not tried again.
MONITORED = re.compile(rf"^sentinel monitor {SERVICE} \S+ (\d+) ", re.MULTILINE)
EPOCH = re.compile(rf"^sentinel config-epoch {SERVICE} (\d+)", re.MULTILINE)


def programs_of(is_highly_available: bool) -> tuple[str, ...]:
    """Return the names of the programs that are Valkey, in the order they are started."""
    return (*NODES, *SENTINELS) if is_highly_available else (ALONE,)


def configuration_of(paths: Paths, name: str) -> Path:
    """Return the file that the program is started with."""
    if name == ALONE:
        return paths.run / "valkey.conf"
    return paths.data / name / "own.conf"


def sentinel_addresses(ports: Mapping[str, int], is_highly_available: bool) -> str:
    """Return what FASTI_REDIS_SENTINELS is to say: nothing where there are none."""
    if not is_highly_available:
        return ""
    return ",".join(f"{LOOPBACK}:{ports[name]}" for name in SENTINELS)


def sentinel_password(paths: Paths) -> str:
    """Return the password of the Sentinels, which the application reads from the same file."""
    return kept_password(paths.secrets / "fasti_redis_sentinel_password")


def node_files(paths: Paths, ports: Mapping[str, int], password: str) -> dict[Path, str]:
    """Return, by path, what the file of each Valkey includes: all but who is primary."""
    return {
        paths.run / f"{name}.conf": node_text(ports[name], paths.data / name, password)
        for name in NODES
    }


def node_text(port: int, directory: Path, password: str) -> str:
    """Return the configuration of one of the two Valkeys."""
    return f"""\
{valkey_text(port, directory, password)}
# To the other, which may be primary or become it.
masterauth {password}
repl-diskless-sync-delay 0
repl-timeout 10
"""


def sentinel_text(
    port: int,
    directory: Path,
    primary_port: int,
    replica_port: int,
    password: str,
    password_of_sentinels: str,
) -> str:
    """Return what a Sentinel begins with; it rewrites the file."""
    return f"""\
bind {LOOPBACK}
port {port}
dir "{directory}"
daemonize no
logfile ""
requirepass {password_of_sentinels}
sentinel sentinel-pass {password_of_sentinels}
sentinel monitor {SERVICE} {LOOPBACK} {primary_port} {QUORUM}
sentinel auth-pass {SERVICE} {password}
sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MILLISECONDS}
sentinel failover-timeout {SERVICE} {FAILOVER_MILLISECONDS}
# Told here, or it is found ten seconds later.
sentinel known-replica {SERVICE} {LOOPBACK} {replica_port}
"""


def prepare(paths: Paths, ports: Mapping[str, int], before: Mapping[str, int]) -> None:
    """Write the files of the Sentinels, which they rewrite: whoever was primary last is so again.

    before: the ports of the last time. What a single Valkey held becomes that of the first.
    """
    primary = last_primary(paths, before)
    (replica,) = {*NODES} - {primary}
    single = paths.data / ALONE
    if single.exists():
        _move(single, paths.data / primary)
    password = kept_password(paths.secrets / "redis_password")
    for name in SENTINELS:
        text = sentinel_text(
            ports[name],
            paths.data / name,
            ports[primary],
            ports[replica],
            password,
            sentinel_password(paths),
        )
        _write(paths, name, text)


def prepare_single(paths: Paths, before: Mapping[str, int]) -> None:
    """Give a single Valkey what the primary of two held, if there were two the last time."""
    primary = paths.data / last_primary(paths, before)
    if primary.exists():
        _move(primary, paths.data / ALONE)
        for name in (*NODES, *SENTINELS):
            shutil.rmtree(paths.data / name, ignore_errors=True)
    (paths.data / ALONE).mkdir(exist_ok=True)


def last_primary(paths: Paths, ports: Mapping[str, int]) -> str:
    """Return who was primary by the newest word of the Sentinels; the first where there is none.

    ports: those of that time.
    """
    words = []
    for name in SENTINELS:
        try:
            text = configuration_of(paths, name).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        epoch, monitored = EPOCH.search(text), MONITORED.search(text)
        if monitored:
            words.append((int(epoch[1]) if epoch else 0, int(monitored[1])))
    _, port = max(words, default=(0, 0))
    return next((name for name in NODES if ports.get(name) == port), NODES[0])


def take_role(paths: Paths, name: str) -> None:
    """Write the file a Valkey is started with: the Sentinels may have made another primary while it
    was away, and take seconds to tell it. To be called by whoever starts it.
    """
    ports = read_json(paths.ports)
    primary = last_primary(paths, ports)
    replica_of = "" if name == primary else f"replicaof {LOOPBACK} {ports[primary]}\n"
    _write(paths, name, f'include "{paths.run / name}.conf"\n{replica_of}')


def _write(paths: Paths, name: str, text: str) -> None:
    path = configuration_of(paths, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text)


def _move(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    source.rename(target)
