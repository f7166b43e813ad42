"""The scenario as Locust loads it: its own options, its users, and the table at the end.

`python -m loadtest` starts it with everything filled in; `locust -f loadtest/locustfile.py` from
the root of the checkout works as well, with Locust's own web page.
"""

import json
import os
import platform
import random
import sys
from pathlib import Path
from typing import Any

from locust import events

from loadtest.report import render, rows_of, verdict
from loadtest.scenario import Scenario
from loadtest.tokens import read_credentials
from loadtest.users.api_user import ApiUser
from loadtest.users.planner import Planner
from loadtest.users.reader import Reader

__all__ = ["Planner", "Reader"]


def add_options(parser: Any) -> None:
    """Declare what the scenario needs to know beyond Locust's own options."""
    parser.add_argument("--seed", type=int, default=1, help="what chance is drawn from")
    parser.add_argument("--clients-file", default="var/demo-client.json", help="who to act as")
    parser.add_argument("--calendars-file", required=True, help="a JSON list of calendar ids")


def set_the_scene(environment: Any, **_: Any) -> None:
    """Build what the users share, once, before the first of them."""
    options = environment.parsed_options
    calendar_ids = json.loads(Path(options.calendars_file).read_text(encoding="utf-8"))
    clients = read_credentials(Path(options.clients_file))
    ApiUser.scenario = Scenario(clients, calendar_ids, options.seed)
    random.seed(options.seed)  # Locust draws the next task from the global source.


def print_the_table(environment: Any, **_: Any) -> None:
    """Print the outcome, and let the exit status say whether all of it was right."""
    options = environment.parsed_options
    rows = rows_of(environment.stats)
    facts = {
        "question": "what does one stack answer when every client asks again at once?",
        "workload": f"closed loop, {options.num_users} users without a pause, {options.run_time} s,"
        f" {options.spawn_rate:g} started a second, {len(ApiUser.scenario.sources)} clients",
        "target": environment.host,
        "seed": options.seed,
        "machine": f"{os.cpu_count()} CPUs, {_processor()}, {platform.system()}"
        f" {platform.release()}, Python {platform.python_version()}",
    }
    failures = [
        f"{error.occurrences} x {error.method} {error.name}: {error.error}"
        for error in environment.stats.errors.values()
    ]
    failures += [
        f"{broken['count']} x in the load test itself: {broken['msg']}"
        for broken in environment.runner.exceptions.values()
    ]
    sys.stdout.write("\n" + render(rows, facts, failures))
    sys.stdout.flush()
    # An error in a user's own code is no request, so no row of the table counts it.
    users_broke = bool(environment.runner.exceptions)
    environment.process_exit_code = 1 if users_broke else verdict(rows[-1])


def _processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def listen(hooks: Any) -> None:
    """Register the three functions above. ``hooks``: Locust's events, which carry no types."""
    hooks.init_command_line_parser.add_listener(add_options)
    hooks.init.add_listener(set_the_scene)
    hooks.quitting.add_listener(print_the_table)


listen(events)
