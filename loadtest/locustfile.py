"""The load test as Locust loads it: one user a process, and what is done around it.

`python -m loadtest` starts it with everything filled in.
"""

import json
import os
from pathlib import Path
from typing import Any

from gevent.event import Event
from locust import events
from locust.runners import MasterRunner, WorkerRunner

from loadtest.catalogue import Catalogue
from loadtest.conductor import Conductor
from loadtest.generator import Arrivals
from loadtest.plan import CLIENTS_FILE_VARIABLE, RunPlan
from loadtest.shapes.shape import Shape
from loadtest.source_address import loopback_addresses
from loadtest.tokens import read_credentials
from loadtest.world import World

__all__ = ["Arrivals"]


def add_options(parser: Any) -> None:
    """Declare the one option that Locust does not know: the plan, which a master hands on."""
    parser.add_argument("--plan", default="{}", help="what to run, as JSON")


def prepare(environment: Any, **_: Any) -> None:
    """Connect this process to the run: it sends, it conducts, or it does both."""
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        _conduct(environment, environment.parsed_options.expect_workers)
    elif isinstance(runner, WorkerRunner):
        _work(environment)
    else:
        _do_both(environment)


def _do_both(environment: Any) -> None:
    conductor = Conductor(environment, _plan(environment), processes=1)

    def begin(world: World) -> None:
        # One recorder for both: nothing needs to be sent.
        world.recorder = conductor.recorder
        world.started = conductor.begin()

    Arrivals.prepare = lambda: (*_world(environment), 0, 1)
    Arrivals.begin = begin
    Arrivals.end = conductor.process_is_done
    Arrivals.give_up = conductor.give_up
    environment.events.quitting.add_listener(conductor.finish)


def _conduct(environment: Any, processes: int) -> None:
    conductor = Conductor(environment, _plan(environment), processes)
    ready = []

    def on_ready(environment: Any, msg: Any, **_: Any) -> None:
        ready.append(msg.node_id)
        if len(ready) == processes:
            conductor.begin()
            environment.runner.send_message("begin")

    def on_done(msg: Any, **_: Any) -> None:
        conductor.recorder.add(msg.data)
        conductor.process_is_done()

    def on_report(data: dict[str, Any], **_: Any) -> None:
        if "recorded" in data:
            conductor.recorder.add(data["recorded"])

    environment.runner.register_message("ready", on_ready)
    environment.runner.register_message("done", on_done)
    environment.runner.register_message("gave-up", lambda msg, **_: conductor.give_up(msg.data))
    environment.events.worker_report.add_listener(on_report)
    environment.events.quitting.add_listener(conductor.finish)


def _work(environment: Any) -> None:
    runner, may_begin = environment.runner, Event()
    worlds: list[World] = []

    def begin(world: World) -> None:
        runner.send_message("ready")
        may_begin.wait()
        world.started += world.now()
        worlds.append(world)

    def on_report(data: dict[str, Any], **_: Any) -> None:
        if worlds:
            data["recorded"] = worlds[0].recorder.take()

    def prepared() -> tuple[World, Shape, int, int]:
        count = environment.parsed_options.expect_workers
        if not 0 <= runner.worker_index < count:
            raise ValueError(f"worker {runner.worker_index + 1} of {count}: one too many")
        return (*_world(environment), runner.worker_index, count)

    Arrivals.prepare = prepared
    Arrivals.begin = begin
    Arrivals.end = lambda: runner.send_message("done", worlds[0].recorder.take())
    Arrivals.give_up = lambda why: runner.send_message("gave-up", why)
    runner.register_message("begin", lambda **_: may_begin.set())
    environment.events.report_to_master.add_listener(on_report)


def _plan(environment: Any) -> RunPlan:
    return RunPlan(**json.loads(environment.parsed_options.plan))


def _world(environment: Any) -> tuple[World, Shape]:
    """Return the world of this process and the shape of the run."""
    plan = _plan(environment)
    clients = read_credentials(Path(os.environ[CLIENTS_FILE_VARIABLE]))
    addresses = loopback_addresses(plan.addresses, plan.address_block) if plan.addresses else []
    world = World(
        clients,
        Catalogue(plan.calendars, plan.seed),
        plan.seed,
        addresses,
        plan.may_be_refused,
        plan.has_facts,
        slice_seconds=plan.slice_seconds,
    )
    return world, plan.shape()


def listen(hooks: Any) -> None:
    """Register the functions above. ``hooks``: Locust's events, which carry no types."""
    hooks.init_command_line_parser.add_listener(add_options)
    hooks.init.add_listener(prepare)


listen(events)
