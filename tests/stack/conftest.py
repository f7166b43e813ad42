"""Real stacks: nginx, replicas and Valkey under supervisor, in a temporary directory each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.running_stack import RunningStack

HERE = Path(__file__).parent
# Less to build at boot, less to wait for at the end; the machine may be busy.
QUICK = {
    "FASTI_PREBUILT_YEARS": "0",
    # Many tests share two CPUs: a pause of the machine is no outage of Redis or of the database.
    "FASTI_REDIS_TIMEOUT_SECONDS": "1",
    "FASTI_SQL_TIMEOUT_SECONDS": "2",
    "FASTI_WARM_UP_SECONDS": "0",
    "FASTI_DRAIN_SECONDS": "0.3",
}


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests of one stack in one worker of pytest-xdist, and those with stacks of their own
    in another.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            shared = isinstance(item, pytest.Function) and "stack" in item.fixturenames
            item.add_marker(pytest.mark.xdist_group("stack" if shared else "other stacks"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[RunningStack]:
    """Two replicas with two workers each, and limits that no test reaches."""
    # Deep on purpose: sockets have short paths, the stack must not depend on any.
    directory = tmp_path_factory.mktemp("stack") / ("deep-" * 20) / "a directory with blanks"
    yield from _while_running(_two_replicas(directory / "var", server))


def _two_replicas(var: Path, server: str) -> RunningStack:
    return RunningStack(
        var=var,
        settings={
            **QUICK,
            "FASTI_RATE_LIMIT": "1000000/minute",
            "FASTI_TOKEN_RATE_LIMIT": "1000000/minute",
        },
        options=("--port", "0", "--replicas", "2", "--workers", "2", "--server", server),
    )


@pytest.fixture(scope="module")
def limited_stack(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[RunningStack]:
    """Three replicas with one worker each, low limits, and HTTPS."""
    running = RunningStack(
        var=tmp_path_factory.mktemp("limited"),
        settings={**QUICK, "FASTI_RATE_LIMIT": "100/minute", "FASTI_TOKEN_RATE_LIMIT": "8/minute"},
        options=(
            *("--port", "0", "--replicas", "3", "--workers", "1"),
            *("--tls", "1", "--port-tls", "0", "--server", server),
        ),
    )
    yield from _while_running(running)


@pytest.fixture(scope="session")
def token_stack(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[RunningStack]:
    """Three replicas with two workers each, whose keys sign soon: for tests of tokens."""
    running = RunningStack(
        var=tmp_path_factory.mktemp("tokens"),
        settings={
            **QUICK,
            "FASTI_RATE_LIMIT": "1000000/minute",
            "FASTI_TOKEN_RATE_LIMIT": "1000000/minute",
            "FASTI_KEY_PUBLISHED_SECONDS": "4",
        },
        options=("--port", "0", "--replicas", "3", "--workers", "2", "--server", server),
    )
    yield from _while_running(running)


@pytest.fixture
def small_stack(tmp_path: Path, server: str) -> Iterator[RunningStack]:
    """One replica with one worker, not started yet: for tests of starting and stopping."""
    running = RunningStack(
        var=tmp_path / "var",
        settings={**QUICK, "FASTI_DRAIN_SECONDS": "0"},
        options=("--port", "0", "--replicas", "1", "--workers", "1", "--server", server),
    )
    yield running
    running.command("down")


@pytest.fixture(scope="session")
def token(stack: RunningStack) -> str:
    """A bearer token of the demo client of ``stack``."""
    return stack.token()


def _while_running(running: RunningStack) -> Iterator[RunningStack]:
    try:
        yield running.started()
    finally:
        running.command("down")
    assert running.secrets_in_logs() == []
