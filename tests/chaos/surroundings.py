"""What has to be set up before some faults can be made, and is taken away after them."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.stack import ChaosStack
from tests.chaos.tcp_proxy import CLEAR, TcpProxy


@contextmanager
def nothing(_stack: ChaosStack) -> Iterator[None]:
    """Leave the stack as it is."""
    yield


@contextmanager
def through_a_proxy(stack: ChaosStack) -> Iterator[TcpProxy]:
    """Have every replica speak to Valkey through a proxy."""
    url_file = stack.paths.secrets / "fasti_redis_url"
    url = url_file.read_text()
    proxy = TcpProxy(stack.port("valkey"))
    proxy.start()
    try:
        url_file.write_text(url.replace(f":{stack.port('valkey')}/", f":{proxy.port}/"))
        stack.restart()
        yield proxy
    finally:
        proxy.weather = CLEAR
        url_file.write_text(url)
        stack.restart()
        proxy.stop()


def libfaketime() -> Path | None:
    """The library that gives a process a clock of its own; None when it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return found[0] if found else None


@contextmanager
def with_a_clock_of_its_own(stack: ChaosStack) -> Iterator[Path]:
    """Give replica-1 a clock that is as far off as the file says that is returned: ``+0``."""
    program = stack.paths.programs / "replica-1.json"
    before = program.read_text()
    offset = stack.var / "clock"
    offset.write_text("+0")
    description = json.loads(before)
    if library := libfaketime():
        description["environment"] |= {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
        }
    program.write_text(json.dumps(description))
    stack.restart()
    try:
        yield offset
    finally:
        program.write_text(before)
        stack.restart()


@contextmanager
def highly_available(stack: ChaosStack) -> Iterator[None]:
    """Run two Valkeys and three Sentinels in place of one Valkey."""
    stack.changed("--ha", "1")
    try:
        yield
    finally:
        stack.changed("--ha", "0")


SURROUNDINGS: dict[str, Callable[[ChaosStack], AbstractContextManager[Any]]] = {
    "": nothing,
    "proxy": through_a_proxy,
    "faketime": with_a_clock_of_its_own,
    "ha": highly_available,
}
