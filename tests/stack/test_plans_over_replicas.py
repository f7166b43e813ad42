"""Clients on different plans, each asking twice as much as it may, of three replicas at once."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import inf
from urllib.parse import urlencode

import pytest

from app.factory import create_app
from app.settings import Settings
from tests.stack.conftest import QUICK
from tests.stack.running_stack import QUESTION, RunningStack, request

WINDOW_SECONDS = 4
WINDOWS = 3
LIMITS = {"tiny": 40, "small": 60, "medium": 80, "large": 120}
THREADS = 3  # of each client


@dataclass(frozen=True)
class Asked:
    """One question: when it was sent and answered, by the clock of this machine, and how."""

    sent: float
    answered: float
    status: int
    retry_after: str | None


@pytest.fixture(scope="module")
def stack_with_plans(
    tmp_path_factory: pytest.TempPathFactory, server: str
) -> Iterator[RunningStack]:
    """Three replicas with two workers each."""
    directory = tmp_path_factory.mktemp("plans")
    plans = directory / "plans.toml"
    plans.write_text(plans_file())
    running = RunningStack(
        var=directory / "var",
        settings={**QUICK, "FASTI_PLANS_FILE": str(plans)},
        options=("--port", "0", "--replicas", "3", "--workers", "2", "--server", server),
    )
    try:
        yield running.started()
    finally:
        running.command("down")


def plans_file() -> str:
    others = "".join(f'[{name}]\nwindows = ["600/minute"]\n' for name in ("anonymous", "token"))
    standard = '[plans.standard]\nwindows = ["600/minute"]\n'
    return (
        standard
        + others
        + "".join(
            f'[plans.{name}]\nwindows = ["{limit}/{WINDOW_SECONDS} seconds", "{9 * limit}/hour"]\n'
            for name, limit in LIMITS.items()
        )
    )


@pytest.fixture
def tokens(stack_with_plans: RunningStack, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """By plan, the token of a new client on it."""
    stack = stack_with_plans
    secrets = stack.var / "secrets"
    monkeypatch.setenv("FASTI_SECRETS_DIRECTORY", str(secrets))
    operator = create_app(
        Settings.load(
            signing_keys_directory=secrets / "signing-keys",
            issuer=stack.base_url,
            plans_file=stack.settings["FASTI_PLANS_FILE"],
        )
    ).test_cli_runner()
    made = {}
    for plan in LIMITS:
        command = ["clients", "create", "--id", f"on-{plan}", "--name", plan, "--plan", plan]
        credentials = json.loads(operator.invoke(args=command).output)
        form = urlencode({"grant_type": "client_credentials", **credentials})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = request(stack.port(), "POST", "/oauth/token", form.encode(), headers)
        made[plan] = str(answer.json()["access_token"])
    return made


def hammer(port: int, token: str, moments: list[float], until: float = inf) -> list[Asked]:
    """Ask at each of the moments, or as soon after it as the last answer was there."""
    headers = {"Authorization": f"Bearer {token}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asked = []
    for moment in moments:
        time.sleep(max(0.0, moment - time.time()))
        sent = time.time()
        if sent > until:
            break
        connection.request("GET", QUESTION, headers=headers)
        response = connection.getresponse()
        response.read()
        asked.append(Asked(sent, time.time(), response.status, response.getheader("Retry-After")))
    connection.close()
    return asked


def test_each_client_gets_its_limit_in_every_window_and_never_more(
    stack_with_plans: RunningStack, tokens: dict[str, str]
) -> None:
    port = stack_with_plans.port()
    start = (int(time.time() / WINDOW_SECONDS) + 1) * WINDOW_SECONDS
    end = start + WINDOWS * WINDOW_SECONDS
    with ThreadPoolExecutor(THREADS * len(LIMITS)) as pool:
        running: dict[str, list[Future[list[Asked]]]] = {}
        for plan, limit in LIMITS.items():
            pause = WINDOW_SECONDS / (2 * limit)
            moments = [start + (number + 0.5) * pause for number in range(2 * limit * WINDOWS)]
            running[plan] = [
                pool.submit(hammer, port, tokens[plan], moments[thread::THREADS], end)
                for thread in range(THREADS)
            ]
        asked = {
            plan: [one for future in futures for one in future.result()]
            for plan, futures in running.items()
        }
        waited = pool.map(lambda plan: wait_and_ask(port, tokens[plan], asked[plan]), LIMITS)
        assert list(waited) == [200] * len(LIMITS)
    for plan, limit in LIMITS.items():
        assert {one.status for one in asked[plan]} == {200, 429}
        passed = [one for one in asked[plan] if one.status == 200]
        within = Counter(
            int(one.sent // WINDOW_SECONDS)
            for one in passed
            if one.sent // WINDOW_SECONDS == one.answered // WINDOW_SECONDS
        )
        assert max(within.values()) <= limit, plan
        assert len(passed) >= 0.99 * WINDOWS * limit, plan


def wait_and_ask(port: int, token: str, asked: list[Asked]) -> int:
    """The status after as long a wait as the last refusal asked for."""
    last = max((one for one in asked if one.status == 429), key=lambda one: one.answered)
    assert last.retry_after is not None
    moment = last.answered + int(last.retry_after)
    return hammer(port, token, [moment])[0].status
