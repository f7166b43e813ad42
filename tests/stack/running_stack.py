"""A stack of its own for tests: started, asked, hurt and stopped as from a terminal."""

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parent.parent.parent
COMMAND_SECONDS = 120
QUESTION = "/api/v1/calendars/SE/days/2026-06-19"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end. ``headers`` keeps repeated ones apart."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all_of(self, header: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for name, value in self.headers if name.lower() == header.lower()]

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class RunningStack:
    """The stack below ``var``. ``settings``: the FASTI_ and NGINX_ variables it is started with."""

    var: Path
    settings: Mapping[str, str]
    options: tuple[str, ...]
    issued: list[str] = field(default_factory=list)
    """Every token and secret that a test got: none may be in a log."""

    def command(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m deploy.local <name>`` and return how it ended; a traceback fails the
        test.
        """
        inherited = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("FASTI_", "NGINX_"))
        }
        done = subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "deploy.local", name, "--var", str(self.var), *options],
            cwd=CHECKOUT,
            env=inherited | dict(self.settings),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def up(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run ``up`` with the options of this stack, the given ones last."""
        return self.command("up", *self.options, *options)

    def started(self) -> "RunningStack":
        """Start it; a failure fails the test with what was printed."""
        done = self.up()
        assert done.returncode == 0, done.stdout + done.stderr
        return self

    @property
    def base_url(self) -> str:
        """The address that `make up` printed."""
        return str(self._stack()["base_url"])

    @property
    def server(self) -> str:
        """What serves its replicas; "" for the usual one."""
        return str(self._stack()["options"]["server"])

    def port(self, program: str = "nginx") -> int:
        """The loopback port of a program."""
        return int(self._stack()["ports"][program])

    def pid(self, program: str) -> int:
        """The process that supervisor started last under that name; it may have ended."""
        record = json.loads((self.var / "run" / "launched" / f"{program}.json").read_text())
        return int(record["pid"])

    def master(self, program: str) -> psutil.Process:
        """The same, alive."""
        return psutil.Process(self.pid(program))

    def supervisord(self) -> psutil.Process:
        """The daemon itself."""
        return psutil.Process(int((self.var / "run" / "supervisord.pid").read_text()))

    def processes(self) -> list[psutil.Process]:
        """Every process of the stack: the daemon and all below it."""
        daemon = self.supervisord()
        return [daemon, *daemon.children(recursive=True)]

    def client(self) -> dict[str, str]:
        """Id and secret of the demo client."""
        content: dict[str, str] = json.loads((self.var / "demo-client.json").read_text())
        return content

    def token(self) -> str:
        """What `make token` prints."""
        done = self.command("token")
        assert done.returncode == 0, done.stderr
        self.issued.append(done.stdout.strip())
        return self.issued[-1]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET through nginx on a connection of its own."""
        return request(self.port(), "GET", path, headers=headers)

    def ask_for_token(self, headers: Mapping[str, str] | None = None) -> Answer:
        """POST /oauth/token through nginx as the demo client."""
        client = self.client()
        credentials = f"{client['client_id']}:{client['client_secret']}".encode()
        answer = request(
            self.port(),
            "POST",
            "/oauth/token",
            body=b"grant_type=client_credentials",
            headers={
                "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
                **(headers or {}),
            },
        )
        if answer.status == http.client.OK:
            self.issued.append(answer.json()["access_token"])
        return answer

    def secrets_in_logs(self) -> list[str]:
        """The log files that hold the demo secret, a password, or a token that was issued."""
        not_secret = "fasti_redis_sentinels"  # Addresses, or nothing.
        passwords = [
            file.read_text().strip()
            for file in (self.var / "secrets").iterdir()
            if file.is_file() and file.suffix != ".pem" and file.name != not_secret
        ]
        # The signature of a token tells it, whatever part of it a line may hold.
        secrets = [
            self.client()["client_secret"],
            *passwords,
            *(token.rpartition(".")[2] for token in self.issued),
        ]
        logs = {path: path.read_text(errors="replace") for path in (self.var / "log").iterdir()}
        assert any("/oauth/token" in text for text in logs.values())
        return [
            str(path) for path, text in logs.items() if any(secret in text for secret in secrets)
        ]

    def is_ready(self, program: str = "nginx") -> bool:
        """Whether /health/ready answers 200 on the port of a program."""
        try:
            return request(self.port(program), "GET", "/health/ready").status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def _stack(self) -> Any:
        return json.loads((self.var / "run" / "stack.json").read_text())


def request(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 10,
) -> Answer:
    """Send one request to a loopback port and return the whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def send_raw(port: int, sent: bytes) -> Answer:
    """Send bytes that no HTTP library would, and read the answer to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("ascii").split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return Answer(int(status_line.split()[1]), headers, body)
