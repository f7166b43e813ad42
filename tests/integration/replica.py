"""One replica as it is run, as a process of its own."""

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, get_args

import pytest

from app.setting_values import Server
from tests.free_port import free_port

ROOT = Path(__file__).parents[2]

by_each_server = pytest.mark.parametrize("server", get_args(Server))
"""For a test of what has to hold whatever serves; the others run with the one that is chosen."""


class Replica:
    """A server of its own, with two workers."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.serve"],
            cwd=ROOT,
            env={**os.environ, **environment, "FASTI_BIND": f"127.0.0.1:{self.port}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def status(self) -> tuple[int, str]:
        """What readiness says; (0, "") when nobody listens."""
        try:
            code, body = self.get("/health/ready")
        except OSError:
            return 0, ""
        return code, json.loads(body)["status"]

    def answers(self, tier: str) -> float:
        """How many answers came from a tier of the cache, by its metrics."""
        lines = self.get("/metrics")[1].decode().splitlines()
        counted = (line for line in lines if line.startswith(f'fasti_cache_total{{tier="{tier}"}}'))
        return sum(float(line.rpartition(" ")[2]) for line in counted)

    def wait_until(self, wanted: Any, seconds: float = 30) -> None:
        """Wait until readiness says ``wanted``."""
        deadline = time.monotonic() + seconds
        while self.status() != wanted:
            assert time.monotonic() < deadline, f"never {wanted}, but {self.status()}"
            time.sleep(0.05)
