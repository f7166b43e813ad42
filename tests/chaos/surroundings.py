"""What has to be set up before some faults can be made, and is taken away after them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
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


SURROUNDINGS: dict[str, Callable[[ChaosStack], AbstractContextManager[Any]]] = {
    "": nothing,
    "proxy": through_a_proxy,
}
