"""The settings: typed, checked at boot, and all of them in the docs."""

import re
from pathlib import Path

import pytest

from app.setting_values import addresses_of
from app.settings import Settings, SettingsError

NEEDED = {
    "FASTI_SQL_URL": "sqlite:///clients.sqlite3",
    "FASTI_REDIS_URL": "redis://:hunter2@127.0.0.1/0",
    "FASTI_SIGNING_KEYS_DIRECTORY": "/tmp",  # noqa: S108 - not opened
    "FASTI_ISSUER": "https://fasti.test",
}
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [f"FASTI_{field.upper()}" for field in Settings.model_fields]:
        monkeypatch.delenv(name, raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTI_RATE_LIMIT", "5/second")
    assert Settings.load().rate_limit == "5/second"


def test_a_file_of_the_secrets_directory_sets_what_no_variable_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fasti_sql_url").write_text("sqlite:///from-file")
    monkeypatch.setenv("FASTI_SECRETS_DIRECTORY", str(tmp_path))
    monkeypatch.delenv("FASTI_SQL_URL")
    assert Settings.load().sql_url.get_secret_value() == "sqlite:///from-file"


def test_every_problem_is_reported_at_once_and_no_value_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FASTI_SQL_URL")
    monkeypatch.setenv("FASTI_RATE_LIMIT", "hunter2")
    monkeypatch.setenv("FASTI_WORKERS", "-1")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    message = str(caught.value)
    assert {line.split(":")[0] for line in message.splitlines()} == {
        "FASTI_SQL_URL",
        "FASTI_RATE_LIMIT",
        "FASTI_WORKERS",
    }
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FASTI_SQL_URL", "hunter2"),
        ("FASTI_SQL_URL", "sqlite://"),
        ("FASTI_SQL_URL", "sqlite:///:memory:"),
        ("FASTI_SQL_URL", "mysql://root:hunter2@db/fasti"),
        ("FASTI_REDIS_URL", "127.0.0.1:6379"),
        ("FASTI_REDIS_URL", "http://:hunter2@redis"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_being_printed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.load()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("limit", ["0/minute", "5/month", "1/second;1/year", "5", ""])
def test_a_limit_that_would_not_be_what_it_says_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setenv("FASTI_RATE_LIMIT", limit)
    with pytest.raises(SettingsError, match="FASTI_RATE_LIMIT"):
        Settings.load()


def test_a_secrets_directory_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTI_SECRETS_DIRECTORY", __file__)
    with pytest.raises(SettingsError, match="FASTI_SECRETS_DIRECTORY"):
        Settings.load()


def test_a_misspelt_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTI_RATELIMIT", "5/minute")
    assert Settings.unknown_variables() == ["FASTI_RATELIMIT"]


def test_secrets_do_not_show_when_the_settings_are_printed() -> None:
    assert "hunter2" not in repr(Settings.load())


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().workers = 3  # type: ignore[misc]


def test_the_operations_guide_lists_every_setting_with_its_default() -> None:
    table = dict(re.findall(r"^\| `(FASTI_[A-Z_]+)` \| ([^|]+) \|", OPERATIONS.read_text(), re.M))
    expected = {"FASTI_SECRETS_DIRECTORY": "–"}
    for name, field in Settings.model_fields.items():
        default = "–" if field.default is None else f"`{field.default}`"
        expected[f"FASTI_{name.upper()}"] = "needed" if field.is_required() else default
    assert {name: default.strip() for name, default in table.items()} == expected


def test_sentinels_are_read_with_their_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTI_REDIS_SENTINELS", "one:26379, [::1]:26380")
    sentinels = Settings.load().redis_sentinels
    assert addresses_of(sentinels) == [("one", 26379), ("::1", 26380)]
    monkeypatch.setenv("FASTI_REDIS_SENTINELS", "")
    assert addresses_of(Settings.load().redis_sentinels) == []


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"FASTI_REDIS_SENTINELS": "one"}, "must be host:port"),
        ({"FASTI_REDIS_SENTINELS": "one:26379,"}, "must be host:port"),
        ({"FASTI_REDIS_SENTINELS": "one:none"}, "must be host:port"),
        ({"FASTI_REDIS_SENTINELS": "redis://one:26379"}, "must be host:port"),
        ({"FASTI_REDIS_SENTINELS": "user:word@one:26379"}, "must be host:port"),
        ({"FASTI_REDIS_SENTINELS": "one:26379,one:26379"}, "names one of them twice"),
        (
            {"FASTI_REDIS_SENTINELS": "one:26379", "FASTI_REDIS_URL": "unix:///redis.sock"},
            "cannot be with a FASTI_REDIS_URL of unix://",
        ),
        ({"FASTI_REDIS_SENTINEL_SERVICE": "other"}, "means nothing without FASTI_REDIS_SENTINELS"),
    ],
)
def test_what_cannot_be_with_sentinels_is_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], problem: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=problem) as caught:
        Settings.load()
    assert "word@" not in str(caught.value)
