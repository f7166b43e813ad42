"""A PostgreSQL server of the tests' own."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
from sqlalchemy import create_engine

from tests.free_port import free_port


def binary(name: str) -> str | None:
    """The newest one that Debian installed, or the one on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


class Postgres:
    """A cluster of the test's own. The server will not run as root: root starts it as another."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        self._port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync")

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = f"-p {self._port} -k {self._directory} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-o", options, "-l", f"{self._directory}/log")

    def pause(self, *, resume: bool = False) -> None:
        """Let every process of the server hang, or go on: connections stay, nothing is answered."""
        pid = int((self._directory / "data" / "postmaster.pid").read_text().splitlines()[0])
        number = signal.SIGCONT if resume else signal.SIGSTOP
        for process in (*psutil.Process(pid).children(), psutil.Process(pid)):
            process.send_signal(number)

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "stop", "-m", "immediate")

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(binary(name)), "-D", str(self._directory / "data"), *arguments]
        subprocess.run(  # noqa: S603 - a server of the test's own
            command, user=self._user, check=True, stdout=subprocess.DEVNULL, cwd=self._directory
        )

    def empty(self) -> None:
        """Drop every table."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()

    def remove(self) -> None:
        """Stop it, and remove its files."""
        self.stop()
        shutil.rmtree(self._directory)


def start_postgres() -> Postgres:
    """Start a server, in a directory that its owner is let through to, unlike those of pytest."""
    directory = Path("/tmp") / f"fasti-postgres-{os.getpid()}"  # noqa: S108 - 0700 below
    directory.mkdir(mode=0o700)
    cluster = Postgres(directory)
    cluster.start()
    return cluster
