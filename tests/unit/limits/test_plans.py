"""The plans: read and checked at boot, so that a typo is found there and not by a client."""

from pathlib import Path

import pytest

from app.limits.plan import WindowRule, windows_of
from app.limits.plans import PACKAGED, PlansError, load_plans
from app.settings import Settings

NEEDED = {
    "sql_url": "sqlite:///clients.sqlite3",
    "redis_url": "redis://127.0.0.1/0",
    "signing_keys_directory": "/nowhere",
    "issuer": "https://fasti.test",
}
GOOD = """\
[plans.standard]
windows = ["20/second", "2000/minute"]
costs = { list = 2 }

[plans.trial]
note = "For a look."
windows = [
    "5/minute",
]
costs.list = 2
shadow = true

[anonymous]
windows = ["120/minute"]

[token]
windows = ["600/minute"]
"""


def settings(**overrides: object) -> Settings:
    return Settings(**{**NEEDED, **overrides})  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plans.toml"
    path.write_text(GOOD)
    return path


def problems(file: Path) -> list[str]:
    with pytest.raises(PlansError) as caught:
        load_plans(settings(plans_file=file))
    return [line.removeprefix(f"{file}:") for line in str(caught.value).splitlines()]


def test_the_file_says_what_each_caller_may_ask(file: Path) -> None:
    plans = load_plans(settings(plans_file=file))
    assert plans.names == ["standard", "trial"]
    standard, trial = plans.of("standard"), plans.of("trial")
    assert standard.windows == (WindowRule(20, 1), WindowRule(2000, 60))
    assert [standard.costs.of(kind) for kind in ("single", "list", "feed", "batch")] == [1, 2, 1, 1]
    assert (trial.name, trial.note, trial.shadow) == ("trial", "For a look.", True)
    assert plans.anonymous.windows == (WindowRule(120, 60),)
    assert plans.token.windows == (WindowRule(600, 60),)


def test_the_plans_that_fasti_comes_with_can_be_used() -> None:
    plans = load_plans(settings())
    assert {"standard", "small", "internal"} <= set(plans.names)
    assert PACKAGED.name == "plans.toml"


@pytest.mark.parametrize(
    ("good", "bad", "found"),
    [
        ("shadow = true", "shadwo = true", "11: plans.trial.shadwo: there is no such key"),
        ("shadow = true", 'shadow = "no"', "11: plans.trial.shadow: Input should be a valid boo"),
        ("costs.list = 2", "costs.lst = 2", "10: plans.trial.costs.lst: there is no such key"),
        ("costs.list = 2", "costs.list = 0", "10: plans.trial.costs.list: Input should be greater"),
        ("costs.list = 2", "costs.list = 6", "5: plans.trial: costs.list is more than a window"),
        ("{ list = 2 }", "{ lst = 2 }", "3: plans.standard.costs.lst: there is no such key"),
        ('"20/second"', '"20/secnd"', "2: plans.standard.windows: must be a limit such as"),
        ('"20/second"', '"20/minute"', "2: plans.standard.windows: must be windows of different"),
        ('"20/second"', '"2000/second"', "2: plans.standard.windows: must allow more in a longer"),
        ('"20/second"', '"20/second; 90/hour"', "2: plans.standard.windows: must hold one window"),
        ('"20/second"', "20", "2: plans.standard.windows: must be a list such as"),
        ('"5/minute",', "", "7: plans.trial.windows: must be a list such as"),
        ("[plans.trial]", "[plans.Trial]", "5: plans.Trial: String should match"),
        ("[plans.trial]", "[plan.trial]", "5: plan: there is no such key"),
        ("[plans.standard]", "[plans.usual]", "1: the file: [plans.standard] is missing"),
        ("[anonymous]", "[anonymus]", "13: anonymus: there is no such key"),
        ('windows = ["600/minute"]', "", "16: token.windows: Field required"),
        ("shadow = true", "shadow = yes", " Invalid value (at line 11"),
    ],
)
def test_a_typo_is_refused_and_its_line_is_named(
    file: Path, good: str, bad: str, found: str
) -> None:
    assert GOOD.count(good) == 1
    file.write_text(GOOD.replace(good, bad))
    assert any(line.startswith(found) for line in problems(file)), problems(file)


def test_every_problem_is_named_at_once(file: Path) -> None:
    file.write_text(GOOD.replace("shadow", "shadwo").replace("20/second", "x"))
    assert len(problems(file)) == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlansError, match="FASTI_PLANS_FILE"):
        load_plans(settings(plans_file=tmp_path / "none.toml"))


def test_a_setting_takes_the_place_of_the_windows_of_the_file(file: Path) -> None:
    plans = load_plans(
        settings(plans_file=file, rate_limit="7/second; 9/minute", anonymous_rate_limit="1/hour")
    )
    assert plans.of("standard").windows == (WindowRule(7, 1), WindowRule(9, 60))
    assert plans.of("standard").costs.of("list") == 2
    assert plans.of("trial").windows == (WindowRule(5, 60),)
    assert plans.anonymous.windows == (WindowRule(1, 3600),)


def test_windows_of_a_setting_that_do_not_go_together_are_refused(file: Path) -> None:
    with pytest.raises(PlansError, match="FASTI_TOKEN_RATE_LIMIT: must allow more"):
        load_plans(settings(plans_file=file, token_rate_limit="7/second; 7/minute"))


def test_who_has_a_plan_that_left_the_file_has_the_default(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plans = load_plans(settings(plans_file=file))
    assert plans.of("gone") == plans.of("standard")
    plans.of("gone")
    assert caplog.messages == ["there is no plan 'gone': standard holds for it"]


@pytest.mark.parametrize(
    ("text", "name"),
    [("1/second", "second"), ("1/60 seconds", "minute"), ("9/15 minutes", "15-minutes")],
)
def test_a_window_is_called_by_its_length(text: str, name: str) -> None:
    assert [window.name for window in windows_of(text)] == [name]
