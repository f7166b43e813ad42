"""Valkey's configuration."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK


def valkey_files(paths: Paths, ports: Mapping[str, int], password: str) -> dict[Path, str]:
    """Return Valkey's configuration file by path."""
    text = f"""\
bind {LOOPBACK}
port {ports["valkey"]}
requirepass {password}
dir "{paths.data / "valkey"}"
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
    return {paths.run / "valkey.conf": text}
