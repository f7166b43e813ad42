"""Two real Valkeys and three real Sentinels, configured as `make up HA=1` does."""

import json
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import redis

from app.store.named_server import Address
from deploy.local import high_availability
from deploy.local.high_availability import NODES, SENTINELS, SERVICE
from deploy.local.paths import Paths
from deploy.local.primary import wait_until_agreed
from deploy.local.private_files import write_private
from deploy.local.servers import valkey_binary
from tests.free_port import free_port

FAILOVER_SECONDS = 15  # Two to four; a busy machine takes longer.


class SentinelGroup:
    """The servers, each of which can be killed and started again. ``url`` has a host of no use."""

    def __init__(self, directory: Path, down_after_milliseconds: int) -> None:
        self.paths = Paths(directory)
        self.paths.create()
        self.ports = {name: free_port() for name in (*NODES, *SENTINELS)}
        self.processes: dict[str, psutil.Popen] = {}
        password = self.paths.secrets / "redis_password"
        write_private(password, "s3cret-of-the-test")
        self.url = f"redis://:{password.read_text()}@nowhere.invalid:1/0"
        self.sentinels = [Address("127.0.0.1", self.ports[name]) for name in SENTINELS]
        self.service = SERVICE
        self.sentinel_password = high_availability.sentinel_password(self.paths)
        files = high_availability.node_files(self.paths, self.ports, password.read_text())
        for path, text in files.items():
            write_private(path, text)
        write_private(self.paths.ports, json.dumps(self.ports))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(high_availability, "DOWN_AFTER_MILLISECONDS", down_after_milliseconds)
            high_availability.prepare(self.paths, self.ports, {})

    def start(self, *names: str) -> "SentinelGroup":
        """Start those of these names, all by default; return once all know of each other."""
        for name in names or (*NODES, *SENTINELS):
            if name in NODES:
                high_availability.take_role(self.paths, name)
            command = [
                str(valkey_binary()),
                str(high_availability.configuration_of(self.paths, name)),
                *(["--sentinel"] if name in SENTINELS else []),
            ]
            with (self.paths.log / f"{name}.log").open("ab") as log:
                self.processes[name] = psutil.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        wait_until_agreed(self.paths, self.ports)
        return self

    def kill(self, name: str) -> None:
        """End it at once, as a crash would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def pause(self, name: str) -> None:
        """Let it hang: connections stay, nothing is answered."""
        self.processes[name].suspend()

    def resume(self, name: str) -> None:
        """Let it go on."""
        self.processes[name].resume()

    def stop(self) -> None:
        """Kill all that run."""
        for name in list(self.processes):
            self.resume(name)
            self.kill(name)

    def primary(self) -> str:
        """Who is primary, by the files of the Sentinels."""
        return high_availability.last_primary(self.paths, self.ports)

    def client(self, name: str) -> "redis.Redis":
        """A connection of the test's own to one of the Valkeys."""
        url = self.url.replace("nowhere.invalid:1", f"127.0.0.1:{self.ports[name]}")
        return redis.Redis.from_url(url)

    def wait_for_failover(self, old: str) -> str:
        """Wait until another than ``old`` is primary, and return who."""
        deadline = time.monotonic() + FAILOVER_SECONDS
        while (new := self.primary()) == old:
            assert time.monotonic() < deadline, "no failover"
            time.sleep(0.02)
        return new
