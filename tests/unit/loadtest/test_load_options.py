"""Flags go before the environment, the environment before the defaults."""

import pytest

from loadtest.options import read_options


def test_the_defaults_are_a_steady_run_on_the_local_stack() -> None:
    options = read_options([], {})
    assert (options.scenario, options.target, options.clients_file) == ("steady", None, None)
    assert (options.peak, options.seconds, options.clients, options.seed) == (None, None, 50, 1)
    assert (options.processes, options.workers, options.worker_of) == (1, 0, None)


def test_flags_go_before_the_environment() -> None:
    options = read_options(["--rate", "30"], {"RATE": "5", "SEED": "9", "DURATION": "2m"})
    assert (options.peak, options.seed, options.seconds) == (30, 9, 120)


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_options([], {"USERS": "", "TARGET": "", "DURATION": ""}).clients == 50


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:80"])
def test_this_machine_needs_no_confirmation(host: str) -> None:
    assert read_options([], {"TARGET": f"http://{host}/"}).target == f"http://{host}"


def test_another_machine_has_to_be_named_twice() -> None:
    options = read_options([], {"TARGET": "https://h:1/", "CONFIRM": "h"})
    assert options.target == "https://h:1"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"SCENARIO": "storm"}, "there is no scenario 'storm': steady, ramp"),
        ({"USERS": "1"}, "at least 8 users"),
        ({"USERS": "many"}, "invalid int value"),
        ({"RATE": "0"}, "above 0"),
        ({"DURATION": "soon"}, "a duration is"),
        ({"TARGET": "localhost:8080"}, "TARGET is a base URL"),
        ({"TARGET": "https://fasti.example"}, "CONFIRM=fasti.example"),
        ({"TARGET": "https://fasti.example", "CONFIRM": "yes"}, "is not this machine"),
        ({"METRICS": "10.0.0.7"}, "METRICS holds addresses"),
        ({"FASTI_LOAD_CLIENT_ID": "a"}, "go together"),
    ],
)
def test_an_unusable_option_is_told_in_a_line(
    environment: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        read_options([], environment)
    assert exit_.value.code == 2
    assert told in capsys.readouterr().err
