"""What everything measured stands on: a Valkey, a deployment of Fasti, and the same for the
reference, all in one directory that goes when the run is over.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import redis

from bench.processes import CHECKOUT, LOOPBACK, CannotRun, Program, ask, cores, free_port
from bench.servers import Server
from deploy.local.servers import valkey_binary

LIMIT = "60000000/minute"  # Counted like any other, and never reached.
TOKEN_SECONDS = 86_400
EXACT_PLAN = "exact"
PLANS = f"""
plans.standard.windows = ["{LIMIT}"]
plans.{EXACT_PLAN} = {{ windows = ["{LIMIT}"], exact = true }}
anonymous.windows = ["{LIMIT}"]
token.windows = ["{LIMIT}"]
"""
ADMINISTRATOR = "bench-administrator"


class Stage:
    """Starts programs, and stops all of them when it is left.

    directory: empty, for databases, keys and logs. client_count: who ask in turn. server_core: the
    CPU of what is measured by itself; load_core: that of the generator. Both None where there is
    one CPU, or none can be chosen.
    """

    def __init__(self, directory: Path, client_count: int) -> None:
        self.directory = directory
        self._client_count = client_count
        self.programs: list[Program] = []
        available = cores()
        two = len(available) >= 2
        self.server_core = available[0] if two else None
        self.load_core = available[1] if two else None
        self.year = datetime.now(UTC).year
        self._valkey_port = free_port()
        self._password = secrets.token_hex(8)
        self.valkey: Program | None = None

    def __enter__(self) -> "Stage":
        self.valkey = self.start(
            "valkey",
            [
                *(str(valkey_binary()), "--port", str(self._valkey_port), "--bind", LOOPBACK),
                *("--requirepass", self._password, "--save", "", "--dir", str(self.directory)),
            ],
            {},
        )
        self.valkey.wait_until(self._valkey_answers)
        return self

    def __exit__(self, *_error: object) -> None:
        for program in reversed(self.programs):
            program.stop()

    def start(
        self,
        name: str,
        command: list[str],
        environment: Mapping[str, str],
        core: int | None = None,
    ) -> Program:
        """Start a program, whose output goes to a file of its name."""
        program = Program(name, command, environment, self.directory / f"{name}.log", core)
        self.programs.append(program)
        return program

    def valkey_client(self) -> "redis.Redis":
        """A connection of the run's own."""
        return redis.Redis.from_url(self._redis_url(0))

    def start_fasti(
        self,
        server: Server,
        name: str,
        core: int | None = None,
        more: Mapping[str, str] | None = None,
    ) -> tuple[Program, int]:
        """Start a replica with one worker, or as ``more`` settings say; return it and its port."""
        port = free_port()
        command, environment = server.fasti(port)
        settings = {
            **self.fasti_settings,
            "PROMETHEUS_MULTIPROC_DIR": str(self._new_directory(f"{name}-metrics")),
            "FASTI_REPLICA": name,
            **environment,
            **(more or {}),
        }
        program = self.start(name, command, settings, core)
        program.wait_until(lambda: ask(port, "/health/ready")[0] == 200)
        return program, port

    def start_callable(
        self,
        server: Server,
        name: str,
        callable_name: str,
        path: str,
        core: int | None = None,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[Program, int]:
        """Start another WSGI callable, which answers ``path``; return it and its port."""
        port = free_port()
        command = server.serving(callable_name, port, workers)
        program = self.start(name, command, environment or {}, core)
        program.wait_until(lambda: ask(port, path)[0] < 500)
        return program, port

    @cached_property
    def fasti_settings(self) -> dict[str, str]:
        """Of every replica; made with a signing key, a migrated database and an administrator."""
        plans = self.directory / "plans.toml"
        plans.write_text(PLANS)
        settings = {
            "FASTI_SQL_URL": f"sqlite:///{self.directory / 'fasti.sqlite3'}",
            "FASTI_REDIS_URL": self._redis_url(0),
            "FASTI_SIGNING_KEYS_DIRECTORY": str(self._new_directory("signing-keys")),
            "FASTI_ISSUER": "http://fasti.bench",
            "FASTI_PLANS_FILE": str(plans),
            "FASTI_ACCESS_TOKEN_SECONDS": str(TOKEN_SECONDS),
            "FASTI_TRUSTED_PROXIES": "1",
            "FASTI_WORKERS": "1",
            "FASTI_EXPECTED_WORKERS": "1",
            "FASTI_DRAIN_SECONDS": "0",
            "FASTI_LOG_LEVEL": "WARNING",
        }
        create = ["clients", "create", "--id", ADMINISTRATOR, "--name", "Bench"]
        commands = [
            ["keys", "create"],
            ["database", "upgrade"],
            [*create, "--scope", "admin", "--output", str(self._administrator_file)],
        ]
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local.flask_commands", json.dumps(commands)],
            cwd=CHECKOUT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CannotRun(f"Fasti cannot be prepared.\n{done.stdout}{done.stderr}")
        return settings

    def credentials(
        self, port: int, plan: str = "standard", count: int | None = None
    ) -> dict[str, str]:
        """Make clients of a plan at the replica of that port; return their secrets."""
        administrator = json.loads(self._administrator_file.read_text())
        token = _fasti_token(port, administrator["client_id"], administrator["client_secret"])
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        secrets_of = {}
        for number in range(count or self._client_count):
            client = f"{plan}-{number}"
            body = json.dumps({"id": client, "name": "Bench", "plan": plan})
            status, answer = ask(port, "/api/v1/clients", headers, method="POST", body=body)
            if status != 201:
                raise CannotRun(f"No client {client}: {status} {answer!r}")
            secrets_of[client] = str(json.loads(answer)["client_secret"])
        return secrets_of

    def fasti_tokens(self, port: int, credentials: Mapping[str, str]) -> list[str]:
        """An access token of each client."""
        return [_fasti_token(port, client, secret) for client, secret in credentials.items()]

    def calendar_ids(self, port: int, token: str) -> list[str]:
        """The calendars of countries that hold facts for this year and the next."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        _, answer = ask(port, "/api/v1/calendars?kind=country", headers)
        listed = [calendar["id"] for calendar in json.loads(answer)["calendars"]]
        questions = [f"calendars/{found}/days/{self.year + 1}-12-31" for found in listed]
        body = json.dumps({"questions": questions})
        _, answer = ask(port, "/api/v1/batch", headers, method="POST", body=body)
        asked = zip(listed, json.loads(answer)["answers"], strict=True)
        return [calendar for calendar, answered in asked if answered["status"] == 200]

    def start_reference(
        self,
        server: Server,
        name: str,
        files: Mapping[str, str],
        core: int | None = None,
        workers: int = 1,
    ) -> tuple[Program, int]:
        """Start the glued reference with what ``reference_files`` made."""
        return self.start_callable(
            server, name, "bench.reference.glued:app", "/login", core, workers, files
        )

    def reference_files(
        self, fasti_port: int, token: str, credentials: Mapping[str, str], paths: list[str]
    ) -> dict[str, str]:
        """Return the environment of the reference: Fasti's answers to ``paths``, its clients."""
        headers = {"Authorization": f"Bearer {token}"}
        answers: dict[str, Any] = {}
        for path in paths:
            status, body = ask(fasti_port, path, headers)
            if status != 200:
                raise CannotRun(f"Fasti answers {path} with {status}: {body!r}")
            answers[path] = json.loads(body)
        clients_file = self.directory / "reference-clients.json"
        answers_file = self.directory / "reference-answers.json"
        clients_file.write_text(json.dumps(dict(credentials)))
        answers_file.write_text(json.dumps(answers))
        return {
            "REFERENCE_REDIS_URL": self._redis_url(1),
            "REFERENCE_JWT_SECRET": secrets.token_hex(32),
            "REFERENCE_LIMIT": LIMIT,
            "REFERENCE_CLIENTS": str(clients_file),
            "REFERENCE_ANSWERS": str(answers_file),
        }

    def reference_tokens(self, port: int, credentials: Mapping[str, str]) -> list[str]:
        """An access token of each client, by logging in."""
        tokens = []
        for client, secret in credentials.items():
            body = json.dumps({"client_id": client, "client_secret": secret})
            headers = {"Content-Type": "application/json"}
            _, answer = ask(port, "/login", headers, method="POST", body=body)
            tokens.append(str(json.loads(answer)["access_token"]))
        return tokens

    @property
    def _administrator_file(self) -> Path:
        return self.directory / "administrator.json"

    def _redis_url(self, database: int) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self._valkey_port}/{database}"

    def _new_directory(self, name: str) -> Path:
        directory = self.directory / name
        directory.mkdir(exist_ok=True)
        return directory

    def _valkey_answers(self) -> bool:
        try:
            with self.valkey_client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def _fasti_token(port: int, client: str, secret: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, answer = ask(port, "/oauth/token", headers, method="POST", body=urlencode(form))
    if status != 200:
        raise CannotRun(f"No token for {client}: {status} {answer!r}")
    return str(json.loads(answer)["access_token"])
