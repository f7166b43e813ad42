"""The address of a server that is known by name."""

import socket

import pytest

from app.store.named_server import Address, NamedServer, is_name, resolved


def answer_with(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 0)) for host in hosts]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)


def test_of_several_addresses_the_one_that_takes_connections_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        tried.append(address[0])
        if address[0] == "::1":
            raise ConnectionRefusedError
        return socket.socket()

    monkeypatch.setattr(socket, "create_connection", connect)
    answer_with(monkeypatch, "::1", "127.0.0.1")
    assert resolved(Address("localhost", 6379)) == Address("127.0.0.1", 6379)
    assert tried == ["::1", "127.0.0.1"]


def test_a_server_that_moved_is_asked_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "10.0.0.1")
    server = NamedServer("redis", 6379)
    assert server.primary() == Address("10.0.0.1", 6379)
    answer_with(monkeypatch, "10.0.0.2")
    assert server.primary() == Address("10.0.0.1", 6379)
    server.find()
    assert server.primary() == Address("10.0.0.2", 6379)


@pytest.mark.parametrize(
    ("host", "looked_up"),
    [("redis", True), ("localhost", True), ("10.0.0.1", False), ("::1", False)],
)
def test_an_address_is_no_name(host: str, looked_up: bool) -> None:
    assert is_name(host) is looked_up
