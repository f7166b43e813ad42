"""Who is primary under `make up HA=1`, as the servers say it."""

import time
from collections.abc import Mapping
from typing import Any

import redis

from deploy.local.errors import StackError
from deploy.local.high_availability import NODES, SENTINELS, SERVICE, sentinel_password
from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import kept_password

ANSWER_SECONDS = 1.0
AGREED_SECONDS = 15.0
POLL_SECONDS = 0.1


def wait_until_agreed(paths: Paths, ports: Mapping[str, int]) -> None:
    """Return once every Sentinel knows the others, and the replica has what the primary has: from
    then on a failover is possible. Raises StackError when that takes too long.
    """
    deadline = time.monotonic() + AGREED_SECONDS
    while not _is_complete(_states(paths, ports)) or _missing_replicas(paths, ports):
        if time.monotonic() > deadline:
            raise StackError(f"Valkey and its Sentinels do not find each other. See {paths.log}.")
        time.sleep(POLL_SECONDS)


def primary_line(paths: Paths, ports: Mapping[str, int]) -> str:
    """Return what `make status` says: who is primary, and whether a failover is possible."""
    states = _states(paths, ports)
    answering = [state for state in states if state]
    if not answering:
        return "No Sentinel answers: who is primary is not known."
    newest = max(answering, key=lambda state: int(state["config-epoch"]))
    name = next((name for name in NODES if ports[name] == newest["port"]), "unknown")
    if newest["is_sdown"]:
        return f"{name} is primary, and down."
    missing = _missing_replicas(paths, ports)
    agreed = "all Sentinels agree" if _is_complete(states) else "not all Sentinels agree yet"
    return f"{name} is primary; its replica {'is missing' if missing else 'follows'}; {agreed}."


def _is_complete(states: list[dict[str, Any]]) -> bool:
    return all(
        state
        and not state["is_sdown"]
        and state["num-other-sentinels"] == len(SENTINELS) - 1
        and state["port"] == states[0]["port"]
        for state in states
    )


def _states(paths: Paths, ports: Mapping[str, int]) -> list[dict[str, Any]]:
    """What each Sentinel knows of the primary; nothing of one that does not answer."""
    password = sentinel_password(paths)
    return [
        _asked(ports[name], password, lambda client: client.sentinel_master(SERVICE))
        for name in SENTINELS
    ]


def _missing_replicas(paths: Paths, ports: Mapping[str, int]) -> int:
    password = kept_password(paths.secrets / "redis_password")
    online = 0
    for name in NODES:
        told = _asked(ports[name], password, lambda client: client.info("replication"))
        if told.get("role") == "master":
            replicas = (told[f"slave{number}"] for number in range(told["connected_slaves"]))
            # It sends where it is once a second, and only then gets what is written.
            online += sum(replica["offset"] > 0 for replica in replicas)
    return len(NODES) - 1 - online


def _asked(port: int, password: str, ask: Any) -> dict[str, Any]:
    pool = redis.ConnectionPool(
        host=LOOPBACK, port=port, password=password, socket_timeout=ANSWER_SECONDS
    )
    try:
        found: dict[str, Any] = ask(redis.Redis(connection_pool=pool))
        return found
    except (redis.RedisError, OSError):
        return {}
    finally:
        pool.disconnect()
