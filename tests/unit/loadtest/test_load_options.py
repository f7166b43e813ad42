"""Flags go before the environment, the environment before the defaults."""

from pathlib import Path

import pytest

from loadtest.options import Options, read_options


def test_the_defaults_are_a_short_run_on_the_local_stack() -> None:
    assert read_options([], {}) == Options(None, Path("var"), None, 20, 30, 20.0, 1)


def test_flags_go_before_the_environment() -> None:
    options = read_options(["--users", "3"], {"USERS": "5", "SEED": "9", "DURATION": "2m"})
    assert (options.users, options.seed, options.duration_seconds) == (3, 9, 120)


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_options([], {"USERS": "", "TARGET": "", "DURATION": ""}).users == 20


def test_a_target_loses_its_last_slash() -> None:
    assert read_options([], {"TARGET": "https://h:1/"}).target == "https://h:1"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"USERS": "0"}, "at least 1 user"),
        ({"USERS": "many"}, "invalid int value"),
        ({"SPAWN_RATE": "0"}, "spawn rate above 0"),
        ({"DURATION": "soon"}, "a duration is"),
        ({"TARGET": "localhost:8080"}, "TARGET is a base URL"),
    ],
)
def test_an_unusable_option_is_told_in_a_line(
    environment: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        read_options([], environment)
    assert exit_.value.code == 2
    assert told in capsys.readouterr().err
