"""`make up` before there is a virtual environment."""

import subprocess
from pathlib import Path

from deploy.local.paths import CHECKOUT

SCRIPT = CHECKOUT / "deploy" / "local" / "bootstrap.sh"


def _run(directory: Path, python: Path) -> subprocess.CompletedProcess[str]:
    (directory / "requirements.txt").touch()
    return subprocess.run(  # noqa: S603 (our own script)
        ["/bin/sh", str(SCRIPT), "requirements.txt"],
        cwd=directory,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )


def _fake_python(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_python_too_old_is_named_in_one_line(tmp_path: Path) -> None:
    old = _fake_python(tmp_path / "old", '[ "$1" = -V ] && echo "Python 3.9.18" || exit 1')
    done = _run(tmp_path, old)
    assert done.returncode == 1
    assert done.stderr.startswith("fasti: Python 3.11 or newer is needed, found: Python 3.9.18.")
    assert done.stderr.count("\n") == 1


def test_no_python_at_all_is_said_in_one_line(tmp_path: Path) -> None:
    done = _run(tmp_path, tmp_path / "none")
    assert done.returncode == 1
    assert "found: none that runs" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_python_without_venv_says_what_to_install(tmp_path: Path) -> None:
    bare = _fake_python(tmp_path / "bare", 'case "$2" in *version_info*) exit 0;; *) exit 1;; esac')
    done = _run(tmp_path, bare)
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr


def test_nothing_is_installed_again_while_nothing_has_changed(tmp_path: Path) -> None:
    """The fake counts its calls of pip: it stands for the python in .venv as well."""
    calls = tmp_path / "calls"
    making = (
        'case "$*" in "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python;;'
        f' *"pip install"*) echo x >>{calls};; esac'
    )
    python = _fake_python(tmp_path / "python", making)
    assert _run(tmp_path, python).returncode == 0
    assert _run(tmp_path, python).returncode == 0
    assert calls.read_text().count("x") == 1
    (tmp_path / "requirements.txt").write_text("changed==1\n")
    assert _run(tmp_path, python).returncode == 0
    assert calls.read_text().count("x") == 2
