"""All that `make up` is going to write and run, worked out before anything is changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import application_environment, replica_environments
from deploy.local.high_availability import (
    node_files,
    programs_of,
    sentinel_addresses,
)
from deploy.local.nginx import nginx_files
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import kept_password, write_private
from deploy.local.programs import program_files, programs, supervisor_files
from deploy.local.state import Stack, replica_names
from deploy.local.valkey import valkey_files


@dataclass(frozen=True)
class Plan:
    """The stack to be, its files by path, and what the application's commands are told."""

    stack: Stack
    files: dict[Path, str]
    application: dict[str, str]

    def write(self, paths: Paths) -> None:
        """Write every file, and take away what an earlier plan wrote and this one does not."""
        for directory in (paths.programs, paths.nginx / "conf.d"):
            for file in directory.iterdir():
                if file not in self.files:
                    file.unlink()
        for path, text in self.files.items():
            write_private(path, text)


def wanted_ports(options: Options) -> dict[str, int]:
    """Return the port that each program is to have; 0 where any will do."""
    wanted = {"nginx": options.port, "supervisor": 0}
    wanted |= dict.fromkeys(programs_of(options.highly_available), 0)
    if options.tls:
        wanted["nginx-tls"] = options.port_tls
    return wanted | dict.fromkeys(replica_names(options.replicas), 0)


def make_plan(
    paths: Paths, options: Options, ports: Mapping[str, int], caller: Mapping[str, str]
) -> Plan:
    """Work out the stack. Passwords are made on the first run; caller: the environment of the
    command.
    """
    highly_available = options.highly_available
    redis_password = kept_password(paths.secrets / "redis_password")
    supervisor_password = kept_password(paths.secrets / "supervisor_password")
    base_url = (
        f"https://{LOOPBACK}:{ports['nginx-tls']}"
        if options.tls
        else f"http://{LOOPBACK}:{ports['nginx']}"
    )
    application = application_environment(paths, options, base_url, caller)
    replicas = replica_environments(paths, options, ports, application)
    all_programs = programs(paths, replicas, highly_available=highly_available)
    redis_port = ports[programs_of(highly_available)[0]]
    redis_url = f"redis://:{redis_password}@{LOOPBACK}:{redis_port}/0"
    files = {
        paths.secrets / "fasti_redis_url": redis_url,
        paths.secrets / "fasti_redis_sentinels": sentinel_addresses(ports, highly_available),
        paths.secrets / "fasti_sql_url": f"sqlite:///{paths.data / 'fasti.sqlite3'}",
        **nginx_files(paths, options, ports, caller),
        **(node_files if highly_available else valkey_files)(paths, ports, redis_password),
        **program_files(paths, all_programs),
        **supervisor_files(paths, ports, supervisor_password, all_programs),
    }
    return Plan(
        stack=Stack(base_url, options, dict(ports), _fingerprint(files)),
        files=files,
        application=application,
    )


def _fingerprint(files: Mapping[Path, str]) -> str:
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()
