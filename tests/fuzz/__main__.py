"""Start a stack, let Schemathesis ask it until enough requests were sent, and say what came back.

Exits with 0 when every answer is as /openapi.json says, 1 when one is not; schemathesis.toml says
what is checked.
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.auth.scopes import SCOPES
from tests.stack.running_stack import CHECKOUT, RunningStack

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES_A_ROUND = 50
SETTINGS = {
    "FASTI_RATE_LIMIT": "1000000000/minute",
    "FASTI_TOKEN_RATE_LIMIT": "1000000000/minute",
    "FASTI_ANONYMOUS_RATE_LIMIT": "1000000000/minute",
    "FASTI_ACCESS_TOKEN_SECONDS": "7200",
    "FASTI_DRAIN_SECONDS": "0.3",
}


def main() -> int:
    """Fuzz, and return the exit code."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="how many at the least")
    parser.add_argument("--seconds", type=int, default=900, help="no round begins after so long")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    arguments, options = parser.parse_known_args()

    with tempfile.TemporaryDirectory(prefix="fasti-fuzz-") as directory:
        stack = RunningStack(
            Path(directory), SETTINGS, ("--port", "0", "--replicas", "2", "--workers", "1")
        )
        try:
            return _fuzz(stack.started(), arguments, options)
        finally:
            stack.command("down")


def _fuzz(stack: RunningStack, arguments: argparse.Namespace, options: list[str]) -> int:
    """Fuzz in rounds, each with a seed of its own; the first tries what is at the edges, too."""
    _give_all_scopes(stack)
    started, code, sent, seed = time.monotonic(), 0, 0, arguments.seed
    document = stack.get("/openapi.json").json()
    operation_count = sum(map(len, document["paths"].values()))
    phases = "examples,coverage,fuzzing"
    while sent < arguments.requests and code == 0:
        examples = min(EXAMPLES_A_ROUND, max(1, (arguments.requests - sent) // operation_count))
        code = _round(stack, seed, ["--phases", phases, "-n", str(examples), *options])
        statuses = _statuses(stack)
        sent, seed, phases = statuses.total(), seed + 1, "fuzzing"
        if time.monotonic() - started > arguments.seconds and sent < arguments.requests:
            print(f"Not enough requests in {arguments.seconds} s (--seconds).")  # noqa: T201
            code = code or 1
    seconds = time.monotonic() - started
    print(f"{sent} requests to {operation_count} operations in {seconds:.0f} s")  # noqa: T201
    print(", ".join(f"{count} x {status}" for status, count in sorted(statuses.items())))  # noqa: T201
    return code


def _give_all_scopes(stack: RunningStack) -> None:
    """Let the demo client ask everything, and change another client than itself."""
    for command in (
        ["set-scopes", "demo", *SCOPES],
        ["create", "--id", "acme", "--name", "Acme"],
    ):
        done = stack.command("flask", "--", "clients", *command)
        if done.returncode != 0:
            raise SystemExit(done.stderr)


def _round(stack: RunningStack, seed: int, options: list[str]) -> int:
    client = stack.client()
    credentials = f"{client['client_id']}:{client['client_secret']}".encode()
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(CONFIGURATION), "run", f"{stack.base_url}/openapi.json"]
    command += ["--seed", str(seed), *options]
    secrets = {
        "FUZZ_TOKEN": stack.token(),
        "FUZZ_CLIENT": base64.b64encode(credentials).decode(),
    }
    return subprocess.run(command, cwd=CHECKOUT, env=os.environ | secrets, check=False).returncode  # noqa: S603


def _statuses(stack: RunningStack) -> Counter[int]:
    """What nginx answered below the document, by its log."""
    lines = (stack.var / "log" / "nginx.log").read_text(encoding="utf-8").splitlines()
    records = (json.loads(line) for line in lines if line.startswith('{"time"'))
    return Counter(record["status"] for record in records)


if __name__ == "__main__":
    sys.exit(main())
