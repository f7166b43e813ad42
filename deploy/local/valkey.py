"""Valkey's configuration."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK


def valkey_files(paths: Paths, ports: Mapping[str, int], password: str) -> dict[Path, str]:
    """Return Valkey's configuration file by path."""
    text = valkey_text(ports["valkey"], paths.data / "valkey", password)
    return {paths.run / "valkey.conf": text}


def valkey_text(port: int, directory: Path, password: str) -> str:
    """Return the configuration of a server that keeps its data in ``directory``."""
    return f"""\
bind {LOOPBACK}
port {port}
requirepass {password}
dir "{directory}"
daemonize no
logfile ""

# Revoked tokens and counters survive a restart; a crash of the machine costs at most the last
# second.
appendonly yes
appendfsync everysec
save ""

# What is read least goes first when it is full: cached answers, long before counters in use.
maxmemory 256mb
maxmemory-policy volatile-lru
"""
