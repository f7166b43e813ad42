"""The stack that `make up` started on this machine, as far as a load test has to know it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from loadtest.clients_file import write_clients
from loadtest.options import DEFAULT_TARGET
from loadtest.preflight import NotReady
from loadtest.roles import NAME, clients_by_role, plan_of

CHECKOUT = Path(__file__).resolve().parent.parent
COMMAND_SECONDS = 120
STACK_FACTS = ("replicas", "workers", "server")


class LocalStack:
    """What lies in the state directory ``var`` of a stack."""

    def __init__(self, var: Path) -> None:
        """Name the directory; nothing is read yet."""
        self.var = var.absolute()

    def base_url(self) -> str:
        """Return where the stack listens; the default address when it does not say."""
        return str(self._state().get("base_url", DEFAULT_TARGET))

    def metrics(self) -> tuple[str, ...]:
        """Return the addresses of the replicas' /metrics, which nginx does not pass on."""
        ports = self._state().get("ports", {})
        return tuple(
            f"http://127.0.0.1:{port}/metrics"
            for name, port in sorted(ports.items())
            if name.startswith("replica-")
        )

    def facts(self) -> dict[str, str]:
        """Return what is to be told of the stack beside figures."""
        options = self._state().get("options", {})
        return {name: str(options[name]) for name in STACK_FACTS if options.get(name)}

    def make_clients(self, clients: int) -> Path:
        """Return a file of about ``clients`` clients of the load test's own, made where missing.

        Raises NotReady when there is no stack here, or it does not take them.
        """
        if not (self.var / "demo-client.json").exists():  # The last thing `make up` writes.
            raise NotReady(
                f"there is no stack in {self.var}: start one with `make up`, or name credentials"
                " with FASTI_LOAD_CLIENTS=file.json"
            )
        directory = self.var / "load" / "clients"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        roles = clients_by_role(clients)
        files = {client_id: directory / f"{client_id}.json" for client_id in roles}
        self._run_flask(
            [
                [
                    *("clients", "create", "--id", client_id, "--name", NAME),
                    *("--plan", plan_of(role), "--if-missing", "--output", str(files[client_id])),
                ]
                for client_id, role in roles.items()
            ]
        )
        entries = [
            json.loads(files[client_id].read_text(encoding="utf-8")) | {"role": role}
            for client_id, role in roles.items()
        ]
        return write_clients(self.var / "load" / "clients.json", entries)

    def _run_flask(self, commands: list[list[str]]) -> None:
        """Run commands of the application. Raises NotReady with what it said when one fails."""
        secrets = self.var / "secrets"
        settings = {
            "FASTI_SECRETS_DIRECTORY": str(secrets),
            "FASTI_SIGNING_KEYS_DIRECTORY": str(secrets / "signing-keys"),
            "FASTI_ISSUER": self.base_url(),
        }
        inherited = {name: value for name, value in os.environ.items() if name[:6] != "FASTI_"}
        done = subprocess.run(  # noqa: S603 - the interpreter we run on, and our own arguments
            [sys.executable, "-m", "deploy.local.flask_commands", json.dumps(commands)],
            cwd=CHECKOUT,
            env=inherited | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            told = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise NotReady(f"the clients could not be created: {' '.join(told)}")

    def _state(self) -> dict[str, Any]:
        try:
            content = json.loads((self.var / "run" / "stack.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}
