"""The secrets of the containers are made once, and each is readable by those who need it alone."""

import stat
from pathlib import Path

import pytest

from deploy.docker.first_run import write_secrets


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def test_a_first_run_writes_every_secret(tmp_path: Path) -> None:
    missing = write_secrets(tmp_path)
    assert sorted(missing) == sorted(contents(tmp_path))
    written = contents(tmp_path)
    assert written["redis_password"] in written["fasti_redis_url"]
    assert written["redis_password"] in written["redis_password.conf"]
    assert written["postgres_password"] in written["fasti_sql_url"]
    assert written["redis_password"] != written["postgres_password"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    before = contents(tmp_path)
    assert write_secrets(tmp_path) == []
    assert contents(tmp_path) == before


def test_a_run_that_was_cut_off_is_completed_with_the_same_passwords(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    before = contents(tmp_path)
    (tmp_path / "fasti_sql_url").unlink()
    (tmp_path / ".fasti_sql_url.draft").write_text("half of a sec")
    assert write_secrets(tmp_path) == ["fasti_sql_url"]
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("fasti_sql_url", 0o600),
        ("fasti_redis_url", 0o600),
        ("redis_password", 0o640),
        ("redis_password.conf", 0o640),
        ("redis_replication.conf", 0o640),
        ("fasti_redis_sentinel_password", 0o640),
        ("postgres_password", 0o640),
    ],
)
def test_only_what_the_servers_read_is_open_to_the_group(
    tmp_path: Path, name: str, mode: int
) -> None:
    write_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
