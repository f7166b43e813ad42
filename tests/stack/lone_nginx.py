"""nginx without the rest of the stack."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.local.nginx import nginx_files
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.servers import nginx_binary
from tests.eventually import eventually


@contextmanager
def lone_nginx(
    var: Path,
    options: Options,
    ports: dict[str, int],
    settings: dict[str, str] | None = None,
    patience: str = "200ms",
) -> Iterator[int]:
    """Run nginx as `make up` would, and yield its port. patience: how long it waits for what may
    take its time.
    """
    paths = Paths(var)
    paths.create()
    for path, text in nginx_files(paths, options, ports, settings or {}).items():
        path.write_text(text.replace("proxy_read_timeout 5s", f"proxy_read_timeout {patience}"))
    with (var / "nginx.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own command line)
            [str(nginx_binary()), "-p", f"{paths.nginx}/", "-c", str(paths.nginx / "nginx.conf")],
            stdout=log,
            stderr=log,
        )
    try:
        eventually(lambda: _listens(ports["nginx"]), 5)
        yield ports["nginx"]
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
