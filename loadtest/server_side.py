"""The other side of a run: CPU of a stack on this machine, and what its replicas count."""

import json
import re
import socket
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

TIMEOUT_SECONDS = 3.0
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')
# Everybody on this machine who has no part in the run.
OTHERS = "others"
# What of /metrics is told: the counter, and the label it is told by.
COUNTERS = {
    "fasti_cache_total": "tier",
    "fasti_rate_limit_trips_total": "path",
    "fasti_rate_limited_total": "kind",
    "fasti_breaker_changes_total": "dependency",
    "fasti_tokens_total": "outcome",
}


class ServerSide:
    """Samples a stack while it is under load. What cannot be seen from here stays empty."""

    def __init__(self, stack: str | None, metrics: Iterable[str]) -> None:
        """stack: state directory of a stack on this machine; metrics: addresses of /metrics."""
        self._stack = Path(stack) if stack else None
        self._groups: dict[str, list[psutil.Process]] = {}
        self._metrics = tuple(metrics)
        self._cpu: dict[str, float] = {}
        self._at = 0.0
        self._samples: dict[str, dict[str, float]] = {}
        self._before: dict[str, dict[str, float]] = {}

    def begin(self) -> None:
        """Read the counters before the first arrival."""
        self._before = self._counters()
        self._find_processes()
        self._cpu, self._at = self._cpu_seconds(), time.monotonic()

    def sample(self, second: int) -> None:
        """Note the CPU that each group used since the last time, in cores, for ``second``."""
        if not self._groups:
            return
        used, at = self._cpu_seconds(), time.monotonic()
        # A group whose processes changed begins anew: what the old ones used is gone with them.
        self._samples[str(second)] = {
            group: round(max(0.0, seconds - self._cpu.get(group, seconds)) / (at - self._at), 4)
            for group, seconds in used.items()
        }
        self._cpu, self._at = used, at

    def stop_replicas(self) -> None:
        """Have every process of every replica stand still (SIGSTOP)."""
        for process in self._groups.get("replicas", ()):
            process.suspend()

    def resume_replicas(self) -> None:
        """Let them go on."""
        for process in self._groups.get("replicas", ()):
            process.resume()

    def end(self) -> dict[str, Any]:
        """Return the samples by second, and by how much each counter grew."""
        after = self._counters()
        grown = {
            counter: {
                label: value - self._before.get(counter, {}).get(label, 0.0)
                for label, value in values.items()
            }
            for counter, values in after.items()
        }
        return {"cpu": self._samples, "counters": grown, "replicas": len(self._metrics)}

    def _cpu_seconds(self) -> dict[str, float]:
        """Return the CPU seconds that each group has used in all."""
        used: dict[str, float] = {}
        for group, processes in self._groups.items():
            try:
                times = [process.cpu_times() for process in processes]
            except psutil.Error:
                # One ended, and another may have come. To look for it takes milliseconds, in
                # which nothing is sent: so it is not done every time.
                self._find_processes()
                return self._cpu_seconds()
            used[group] = sum(one.user + one.system for one in times)
        if used:
            everybody = psutil.cpu_times()
            used[OTHERS] = everybody.user + everybody.nice + everybody.system - sum(used.values())
        return used

    def _find_processes(self) -> None:
        """Note which processes there are: those of the stack, and the generator's on this side."""
        groups = _masters(self._stack) if self._stack else {}
        if groups:
            groups["generator"] = [psutil.Process()]
        self._groups = {
            group: [process for master in masters for process in _family(master)]
            for group, masters in groups.items()
        }

    def _counters(self) -> dict[str, dict[str, float]]:
        """Return the counters of all replicas together; empty when one cannot be reached."""
        total: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        try:
            texts = [_read(replica) for url in self._metrics for replica in _replicas(url)]
        except OSError:
            return {}
        for text in texts:
            for name, labels, value in SAMPLE.findall(text):
                if name in COUNTERS:
                    label = dict(LABEL.findall(labels)).get(COUNTERS[name], "")
                    total[name][label] += float(value)
        return {name: dict(values) for name, values in total.items()}


def _replicas(url: str) -> list[str]:
    """Return ``url`` for each address that its host has: a name in Docker is all its replicas."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, socket.AF_INET, socket.SOCK_STREAM)
    addresses = sorted({str(address[0]) for *_, address in found})
    return [parts._replace(netloc=f"{address}:{port}").geturl() for address in addresses]


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - checked by options
        return str(response.read().decode())


def _masters(var: Path) -> dict[str, list[psutil.Process]]:
    """Return the processes that a stack was started as, by what they are."""
    groups: dict[str, list[psutil.Process]] = defaultdict(list)
    for file in sorted((var / "run" / "launched").glob("*.json")):
        name = file.stem.partition("-")[0]
        group = "replicas" if name == "replica" else name
        try:
            groups[group].append(psutil.Process(json.loads(file.read_text())["pid"]))
        except (psutil.Error, ValueError, KeyError, OSError):
            continue
    return dict(groups)


def _family(master: psutil.Process) -> list[psutil.Process]:
    """Return a process and all below it; none when it has ended."""
    try:
        return [master, *master.children(recursive=True)]
    except psutil.Error:
        return []
