"""The programs of the stack, and supervisord's configuration that keeps them running."""

import json
import os
import pwd
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.high_availability import SENTINELS, configuration_of, programs_of
from deploy.local.nginx import nginx_command
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.ports import LOOPBACK
from deploy.local.servers import valkey_binary

SUPERVISOR_USER = "fasti"
REPLICA_GROUP = "replicas"


@dataclass(frozen=True)
class Program:
    """A process that supervisor keeps running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    # Started in this order, stopped in the opposite one.
    priority: int
    stop_signal: str
    # How long it may take to stop before it is killed, with all its children.
    stop_seconds: int
    # Above 0 it leaves the CPU to others, where there is not enough for all.
    nice: int = 0

    def description(self) -> str:
        """Return what ``launch`` reads, as JSON."""
        return json.dumps(
            {
                "command": self.command,
                "environment": self.environment,
                "stop_signal": self.stop_signal,
                "nice": self.nice,
            },
            indent=2,
        )


def programs(
    paths: Paths, replicas: Mapping[str, dict[str, str]], *, highly_available: bool = False
) -> list[Program]:
    """Return every program of the stack. replicas: the environment of each replica, by name."""
    return [
        *(
            Program(
                name=name,
                command=[
                    str(valkey_binary()),
                    str(configuration_of(paths, name)),
                    *(["--sentinel"] if name in SENTINELS else []),
                ],
                environment={},
                priority=10,
                stop_signal="SIGTERM",
                stop_seconds=10,
            )
            for name in programs_of(highly_available)
        ),
        *(
            Program(
                name=name,
                command=[sys.executable, "-m", "deploy.serve"],
                environment=environment,
                priority=20,
                stop_signal="SIGTERM",
                stop_seconds=45,  # the longest drain (10 s), the longest request (30 s), and more
                nice=5,  # On the machine that nginx is on, which refuses at once what is too much.
            )
            for name, environment in replicas.items()
        ),
        Program(
            name="nginx",
            command=[*nginx_command(paths), "-e", "/dev/stderr"],
            environment={},
            priority=30,
            stop_signal="SIGQUIT",
            stop_seconds=10,
        ),
    ]


def program_files(paths: Paths, all_programs: list[Program]) -> dict[Path, str]:
    """Return the descriptions that ``launch`` reads, by path."""
    return {
        paths.programs / f"{program.name}.json": program.description() for program in all_programs
    }


def supervisor_files(
    paths: Paths, ports: Mapping[str, int], password: str, all_programs: list[Program]
) -> dict[Path, str]:
    """Return supervisord's configuration file by path.

    Its door is a loopback port with a password and not a socket file: the path of a socket may be
    no longer than about 100 characters, and a checkout may lie deep.
    """
    replica_names = [program.name for program in all_programs if program.priority == 20]
    sections = [
        _section(
            "inet_http_server",
            port=f"{LOOPBACK}:{ports['supervisor']}",
            username=SUPERVISOR_USER,
            password=password,
        ),
        _section(
            "supervisord",
            logfile=paths.log / "supervisord.log",
            logfile_maxbytes="5MB",
            logfile_backups=2,
            pidfile=paths.supervisor_pid,
            directory=CHECKOUT,
            umask="077",
            # Said aloud, or supervisor warns that it was not meant.
            **({"user": pwd.getpwuid(0).pw_name} if os.geteuid() == 0 else {}),
        ),
        _section(
            "rpcinterface:supervisor",
            **{"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
        ),
        *(_program_section(paths, program) for program in all_programs),
        # One group, so that they stop side by side.
        _section(f"group:{REPLICA_GROUP}", programs=",".join(replica_names), priority=20),
    ]
    return {paths.supervisor_configuration: "\n".join(sections)}


def _program_section(paths: Paths, program: Program) -> str:
    launch = [sys.executable, "-m", "deploy.local.launch", str(paths.var), program.name]
    return _section(
        f"program:{program.name}",
        command=shlex.join(launch),
        directory=CHECKOUT,
        priority=program.priority,
        autorestart="true",
        startsecs=1,
        # A program that is killed again and again is never given up: a FATAL one would stay down
        # until somebody looks.
        startretries=1_000_000,
        stopsignal=program.stop_signal.removeprefix("SIG"),
        stopwaitsecs=program.stop_seconds,
        # The master alone is asked, and sees to its workers; when it does not, all of them are
        # killed.
        stopasgroup="false",
        killasgroup="true",
        redirect_stderr="true",
        stdout_logfile=paths.log / f"{program.name}.log",
        stdout_logfile_maxbytes="10MB",
        stdout_logfile_backups=2,
    )


def _section(title: str, **values: object) -> str:
    # supervisor expands %(name)s in values.
    lines = [f"{key} = {str(value).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{title}]", *lines, ""])
