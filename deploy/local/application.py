"""The application's own commands that must have run before a replica can: key, database, demo
client.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from deploy.local.environment import application_environment
from deploy.local.errors import StackError
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.status import running_stack

SHOWN_LINES = 12
COMMANDS_SECONDS = 120
SQL_SECONDS = "5"  # Nobody waits for a command but whoever started it.
UPGRADE_DATABASE = ["database", "upgrade"]


def prepare_application(paths: Paths, environment: Mapping[str, str]) -> None:
    """Bring key, database and demo client to where a replica wants them. Repeating it changes
    nothing.
    """
    demo_client = ["--id", "demo", "--name", "Demo client", "--output", str(paths.demo_client)]
    _run(
        paths,
        environment,
        ["keys", "create", "--if-missing"],
        UPGRADE_DATABASE,
        ["clients", "create", "--if-missing", *demo_client],
    )


def upgrade_database(paths: Paths, environment: Mapping[str, str]) -> None:
    """Bring the database to the schema of this checkout."""
    _run(paths, environment, UPGRADE_DATABASE)


def run_command(paths: Paths, arguments: list[str]) -> None:
    """Become ``flask`` with the settings of the running stack. Raises StackError when none runs."""
    stack = running_stack(paths)
    settings = application_environment(paths, stack.options, stack.base_url, os.environ)
    os.chdir(CHECKOUT)
    command = [sys.executable, "-m", "flask", "--app", "app.factory"]
    command += [argument for argument in arguments if argument != "--"]
    os.execve(sys.executable, command, dict(os.environ) | settings)  # noqa: S606 - no shell


def _run(paths: Paths, environment: Mapping[str, str], *commands: list[str]) -> None:
    """Run commands one after the other. Raises StackError with the last words of a failed one."""
    log = paths.log / "prepare.log"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("FASTI_")}
    try:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "deploy.local.flask_commands", json.dumps(commands)],
            cwd=CHECKOUT,
            env=inherited | dict(environment) | {"FASTI_SQL_TIMEOUT_SECONDS": SQL_SECONDS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMANDS_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StackError(f"The application's commands took over {COMMANDS_SECONDS} s.") from error
    log.write_text(done.stdout, encoding="utf-8")
    if done.returncode != 0:
        reason = last_words(done.stdout)[-SHOWN_LINES:]
        raise StackError(
            "\n  ".join([f"The application could not be prepared (more in {log}):", *reason])
        )


def last_words(output: str) -> list[str]:
    """Return the lines of ``output`` below its last traceback: the message, however many lines it
    has.
    """
    lines = output.strip().splitlines()
    if "Traceback (most recent call last):" not in lines:
        return lines
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return lines[frames[-1] + 1 :] if frames else lines
