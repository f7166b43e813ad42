"""The bad path of `make chaos`: nothing is lost or changed on it, and it is as bad as it says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.chaos.tcp_proxy import CLEAR, RETRANSMISSION_SECONDS, TcpProxy, Weather

SENT = bytes(range(256)) * 400


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    """A proxy before a server that sends back what it got, once that has ended, and closes."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                received = b"".join(iter(lambda: connection.recv(65_536), b""))
                connection.sendall(received)

        thread = threading.Thread(target=serve)
        thread.start()
        found = TcpProxy(listener.getsockname()[1])
        found.start()
        yield found
        found.stop()
        thread.join()


def _echoed(proxy: TcpProxy) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as connection:
        connection.sendall(SENT)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("weather", [CLEAR, Weather(delay_seconds=0.02), Weather(loss=0.01)])
def test_what_is_sent_arrives_whole_and_in_order(proxy: TcpProxy, weather: Weather) -> None:
    proxy.weather = weather
    assert _echoed(proxy) == SENT


def test_a_lost_segment_waits_for_twice_as_long_each_time_it_is_lost_again() -> None:
    proxy = TcpProxy(0, seed=3)
    proxy.weather = Weather(loss=0.3)
    pauses = [proxy._pause(RETRANSMISSION_SECONDS) for _ in range(10_000)]
    assert {round(pause, 1) for pause in pauses} >= {0.0, 0.2, 0.6, 1.4}
    assert 0.28 < sum(pause > 0 for pause in pauses) / len(pauses) < 0.32
    proxy.weather = CLEAR
    assert proxy._pause(RETRANSMISSION_SECONDS) == 0
