"""`python -m loadtest`: prepare a run, hand it to Locust, leave a report behind."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from loadtest.local_stack import LocalStack
from loadtest.options import Options, read_options
from loadtest.preflight import NotReady, list_calendars
from loadtest.report import seal
from loadtest.tokens import read_credentials

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
# Users finish the request they are at, then go; one that waits out a refusal is cut off.
STOP_TIMEOUT_SECONDS = 3


def main() -> int:
    """Return the exit status: 0 when all answers were right, 1 when not, 2 when it cannot start."""
    options = read_options(sys.argv[1:], os.environ)
    stack = LocalStack(options.var)
    try:
        target = options.target or stack.base_url()
        clients_file = options.clients_file or (
            stack.demo_client_file() if options.target else stack.load_clients_file()
        )
        calendar_ids = list_calendars(target, read_credentials(clients_file)[0])
    except (NotReady, OSError, ValueError) as error:
        sys.stderr.write(f"make load: {error}\n")
        return 2
    work = options.var / "load"
    reports = options.var / "reports"
    for directory in (work, reports):
        directory.mkdir(parents=True, exist_ok=True)
    calendars_file = work / "calendars.json"
    calendars_file.write_text(json.dumps(calendar_ids), encoding="utf-8")
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    record = reports / f"load-{stamp}"
    sys.stdout.write(
        f"{options.users} users for {options.duration_seconds} s against {target},"
        f" {len(calendar_ids)} calendars, seed {options.seed} ...\n"
    )
    sys.stdout.flush()
    command = locust_command(options, target, clients_file, calendars_file, record)
    try:
        status = subprocess.run(command, cwd=LOCUSTFILE.parent.parent, check=False).returncode  # noqa: S603 - the interpreter we run on, and our own arguments
    except KeyboardInterrupt:
        status = 130  # Locust got the same signal and has printed what it knew.
    page = record.with_suffix(".html")
    if page.exists():
        seal(page)
        sys.stdout.write(f"report: {page}\n")
    return status


def locust_command(
    options: Options, target: str, clients_file: Path, calendars_file: Path, record: Path
) -> list[str]:
    """Return the command line of one headless run, to be started in the root of the checkout.

    record: where the results go, without the suffix: an .html page and a .json record.
    """
    return [
        *(sys.executable, "-m", "locust", "--locustfile", str(LOCUSTFILE)),
        *("--headless", "--only-summary", "--loglevel", "WARNING"),
        *("--host", target),
        *("--users", str(options.users), "--spawn-rate", str(options.spawn_rate)),
        *("--run-time", f"{options.duration_seconds}s"),
        *("--stop-timeout", str(STOP_TIMEOUT_SECONDS)),
        *("--seed", str(options.seed)),
        *("--clients-file", str(clients_file.absolute())),
        *("--calendars-file", str(calendars_file.absolute())),
        *("--html", str(record.absolute().with_suffix(".html"))),
        # Locust adds ".json" itself, and leaves its own tables out when it writes this file.
        *("--json-file", str(record.absolute())),
    ]


if __name__ == "__main__":
    sys.exit(main())
