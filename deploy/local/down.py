"""`make down` and `make clean`: nothing of this stack runs afterwards, however it came to be."""

import shutil

import psutil

from deploy.local.output import say
from deploy.local.paths import Paths
from deploy.local.processes import end, leftovers, supervisord_process
from deploy.local.state import locked, read_stack
from deploy.local.supervisor import Supervisor

LEFTOVER_SECONDS = 10.0
SUPERVISOR_SECONDS = 60.0


def down(paths: Paths) -> None:
    """Stop the stack and keep its data."""
    if not paths.run.exists():
        say("Not running.")
        return
    with locked(paths):
        stopped = stop(paths)
    say("Stopped. The data is kept." if stopped else "Not running.")


def stop(paths: Paths) -> bool:
    """Stop supervisord with all programs, then what may be left of any. Return whether there was
    something.
    """
    stack = read_stack(paths)
    running = supervisord_process(paths) is not None
    if running and stack:
        Supervisor(paths, stack.ports["supervisor"]).shut_down()
    left = end_leftovers(paths)
    paths.stack.unlink(missing_ok=True)
    paths.supervisor_pid.unlink(missing_ok=True)
    return running or left > 0


def end_leftovers(paths: Paths) -> int:
    """End a supervisord that does not answer and every program without one. Return how many
    processes there were.

    supervisord goes first: it would start again what is ended here.
    """

    def supervisord() -> list[psutil.Process]:
        process = supervisord_process(paths)
        return [process] if process else []

    return end(supervisord, SUPERVISOR_SECONDS) + end(lambda: leftovers(paths), LEFTOVER_SECONDS)


def clean(paths: Paths) -> None:
    """Stop the stack and remove what it made below ``var``: data, secrets, logs. Other files there
    are left alone.
    """
    down(paths)
    made = (
        paths.run,
        paths.log,
        paths.data,
        paths.secrets,
        paths.var / "reports",
        paths.var / "load",
    )
    for directory in made:
        shutil.rmtree(directory, ignore_errors=True)
    for file in (paths.demo_client, paths.certificate, paths.lock):
        file.unlink(missing_ok=True)
    if paths.var.exists() and not any(paths.var.iterdir()):
        paths.var.rmdir()
    say(f"Removed the data in {paths.var}.")
