"""The rooms keep their walls."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own tools
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_run_one_way() -> None:
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout


def test_the_domain_loads_nothing_but_the_standard_library() -> None:
    script = (
        "import importlib, pkgutil, sys\n"
        "before = set(sys.modules)\n"
        "import app.domain\n"
        "for module in pkgutil.iter_modules(app.domain.__path__, 'app.domain.'):\n"
        "    importlib.import_module(module.name)\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(loaded - set(sys.stdlib_module_names) - {'app'}))"
    )
    assert run(sys.executable, "-c", script).stdout == "[]\n"


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
        if isinstance(node.value, ast.Name) and node.value.id == "os"
    }
    assert readers == {"app/settings.py"}


def test_no_file_of_the_application_has_outgrown_its_room() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in (ROOT / "app").rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 250
    }
    assert long == {}
