"""The stack that `make up` started on this machine, as far as a load test has to know it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from loadtest.options import DEFAULT_TARGET
from loadtest.preflight import NotReady

CHECKOUT = Path(__file__).resolve().parent.parent
# A handful of clients, on a plan beyond what the machine can do: what is measured is the
# service, not the plan of a client.
CLIENT_IDS = tuple(f"load-{number}" for number in range(1, 5))
CLIENT_PLAN = "internal"
COMMAND_SECONDS = 60


class LocalStack:
    """What lies in the state directory ``var`` of a stack."""

    def __init__(self, var: Path) -> None:
        """Name the directory; nothing is read yet."""
        self.var = var.absolute()

    def base_url(self) -> str:
        """Return where the stack listens; the default address when it does not say."""
        try:
            content = json.loads((self.var / "run" / "stack.json").read_text(encoding="utf-8"))
            return str(content["base_url"])
        except (OSError, ValueError, KeyError, TypeError):
            return DEFAULT_TARGET

    def demo_client_file(self) -> Path:
        """Return the credentials of the demo client. Raises NotReady when there are none."""
        path = self.var / "demo-client.json"
        if not path.exists():
            raise NotReady(
                f"{path} is missing: start a stack with `make up`, or name credentials with"
                " FASTI_LOAD_CLIENTS=file.json"
            )
        return path

    def load_clients_file(self) -> Path:
        """Return a list of clients of the load test's own, which it makes where they are missing.

        Raises NotReady when there is no stack here, or it does not take them.
        """
        self.demo_client_file()  # The last thing that `make up` writes before it starts.
        directory = self.var / "load"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        clients = []
        for client_id in CLIENT_IDS:
            path = directory / f"{client_id}.json"
            self._create_client(client_id, path)
            clients.append(json.loads(path.read_text(encoding="utf-8")))
        together = directory / "clients.json"
        together.touch(mode=0o600)
        together.write_text(json.dumps(clients), encoding="utf-8")
        return together

    def _create_client(self, client_id: str, output: Path) -> None:
        """Make sure that ``client_id`` exists and its credentials are in ``output``."""
        secrets = self.var / "secrets"
        settings = {
            "FASTI_SECRETS_DIRECTORY": str(secrets),
            "FASTI_SIGNING_KEYS_DIRECTORY": str(secrets / "signing-keys"),
            "FASTI_ISSUER": self.base_url(),
        }
        inherited = {name: value for name, value in os.environ.items() if name[:6] != "FASTI_"}
        command = [
            *(sys.executable, "-m", "flask", "--app", "app.factory", "clients", "create"),
            *("--id", client_id, "--name", "Load test", "--plan", CLIENT_PLAN),
            *("--if-missing", "--output", str(output)),
        ]
        done = subprocess.run(  # noqa: S603 - the interpreter we run on, and our own arguments
            command,
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
            raise NotReady(f"the client {client_id} could not be created: {' '.join(told)}")
