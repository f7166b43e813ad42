"""nginx's configuration, from the templates that the containers use too."""

import grp
import os
import pwd
import re
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.options import Options
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.ports import LOOPBACK
from deploy.local.servers import nginx_binary
from deploy.local.state import replica_names

SOURCE = CHECKOUT / "deploy" / "nginx"
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
# Beyond its room: two hundred requests that come at once to three are all
# answered, within half a second.
OVERFLOW_ROOM = 64
# May be set in the caller's environment. The rate is no guard here, where load tests come from one
# address.
ADJUSTABLE = {
    "NGINX_SERVER_NAMES": "localhost 127.0.0.1 [::1]",
    "NGINX_ADDRESS_RATE": "20000r/s",
    "NGINX_ADDRESS_BURST": "5000",
    "NGINX_ADDRESS_CONNECTIONS": "4000",
    "NGINX_STATUS_ACCESS": "allow 127.0.0.0/8; allow ::1; deny all;",
}

OPEN_FILES = 16_384  # Of a worker: its connections, and a few.
USUAL_THREADS = 4  # FASTI_THREADS, where it is not set.


def fill_in(template: str, variables: Mapping[str, str]) -> str:
    """Return ``template`` with every ``${NAME}`` replaced. Raises KeyError for a name without a
    value.
    """
    return VARIABLE.sub(lambda match: variables[match[1]], template)


def nginx_files(
    paths: Paths, options: Options, ports: Mapping[str, int], caller: Mapping[str, str]
) -> dict[Path, str]:
    """Return nginx's configuration files by path. A path with blanks is quoted where it is used."""
    replica_ports = [ports[name] for name in replica_names(options.replicas)]
    variables = {
        **{name: caller.get(name, default) for name, default in ADJUSTABLE.items()},
        "NGINX_LISTEN": f"{LOOPBACK}:{ports['nginx']}",
        "NGINX_UPSTREAM_SERVERS": upstream_servers(
            replica_ports, threads=options.workers * threads_of_worker(caller)
        ),
        "NGINX_OVERFLOW_SERVERS": overflow_servers(replica_ports),
        "NGINX_RESOLVER": "",
        "NGINX_ACCESS_LOG": "/dev/stdout",
        # A browser would keep it for "localhost" and refuse plain HTTP of anything else there.
        "NGINX_STRICT_TRANSPORT": "",
        "NGINX_USER": _user_line(),
        # Only root may raise the limit of the system: nginx would complain at every start.
        "NGINX_OPEN_FILES": str(min(OPEN_FILES, _most_open_files())),
    }
    sources = sorted((SOURCE / "templates").glob("*.template"))
    if options.tls:
        sources.append(SOURCE / "tls" / "fasti-tls.inc.template")
        variables |= {
            "NGINX_TLS_LISTEN": f"{LOOPBACK}:{ports['nginx-tls']}",
            "NGINX_CERTIFICATE": f'"{paths.certificate}"',
            "NGINX_CERTIFICATE_KEY": f'"{paths.certificate_key}"',
        }
    targets = {paths.nginx / "conf.d" / source.stem: source for source in sources}
    targets[paths.nginx / "nginx.conf"] = SOURCE / "local" / "nginx.conf.template"
    return {
        target: fill_in(source.read_text(encoding="utf-8"), variables)
        for target, source in targets.items()
    }


def reload_nginx(paths: Paths) -> None:
    """Have a running nginx read its configuration anew. Raises StackError when it is not right."""
    done = subprocess.run(  # noqa: S603 (our own command line)
        [*nginx_command(paths), "-e", "stderr", "-s", "reload"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"nginx does not take its configuration: {done.stderr.strip()}")


def nginx_command(paths: Paths) -> list[str]:
    """Return the command line of nginx, without what it is to do."""
    return [str(nginx_binary()), "-p", f"{paths.nginx}/", "-c", str(paths.nginx / "nginx.conf")]


def upstream_servers(ports: list[int], threads: int) -> str:
    """Return the ``server`` lines: each replica twice, for the reasons in deploy/nginx/README.md.

    threads: of a replica, all its workers together. Half of them is its room, half of that is for
    each of its lines.
    """
    servers = [f"server {LOOPBACK}:{port} max_conns={-(-threads // 4)}" for port in ports]
    watched = [f"{server} max_fails=1 fail_timeout=1s;" for server in servers]
    last_resort = [f"{server} backup max_fails=0;" for server in servers]
    return "\n    ".join([*watched, *last_resort])


def overflow_servers(ports: list[int]) -> str:
    """Return the ``server`` lines for what goes beyond the room of the replicas."""
    server = "server {}:{} max_conns={} max_fails=1 fail_timeout=5s;"
    return "\n    ".join(server.format(LOOPBACK, port, OVERFLOW_ROOM) for port in ports)


def threads_of_worker(caller: Mapping[str, str]) -> int:
    """Return how many requests a worker answers at once; what is no number stops the replica."""
    text = caller.get("FASTI_THREADS", "")
    return int(text) if text.isdecimal() and int(text) else USUAL_THREADS


def _most_open_files() -> int:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return OPEN_FILES if most == resource.RLIM_INFINITY else most


def _user_line() -> str:
    """Keep root's workers root: ``nobody`` could not reach files below a private directory."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
