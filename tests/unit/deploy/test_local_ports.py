"""Which ports a stack takes."""

import pytest

from deploy.local import ports
from deploy.local.errors import StackError
from deploy.local.ports import assign_ports

BUSY = 20_001


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != BUSY)


def test_a_port_asked_for_is_taken() -> None:
    assert assign_ports({"nginx": 8080}, {"nginx": 9090}, ()) == {"nginx": 8080}


def test_a_port_asked_for_that_is_busy_is_refused_with_another_proposed() -> None:
    with pytest.raises(StackError, match=f"Port {BUSY} is in use .* make up PORT=0"):
        assign_ports({"nginx": BUSY}, {}, ())


def test_a_busy_tls_port_names_its_own_variable() -> None:
    with pytest.raises(StackError, match="PORT_TLS="):
        assign_ports({"nginx-tls": BUSY}, {}, ())


def test_a_port_that_the_running_stack_holds_is_not_busy() -> None:
    assert assign_ports({"nginx": BUSY}, {}, [BUSY]) == {"nginx": BUSY}


def test_the_port_of_the_last_time_is_taken_again_when_it_is_free() -> None:
    before = {"valkey": 20_000, "replica-1": BUSY}
    assigned = assign_ports({"valkey": 0, "replica-1": 0}, before, ())
    assert assigned["valkey"] == 20_000
    assert assigned["replica-1"] not in (20_000, BUSY)


def test_one_port_cannot_serve_two() -> None:
    with pytest.raises(StackError, match="twice"):
        assign_ports({"nginx": 8080, "nginx-tls": 8080}, {}, ())


def test_a_port_of_the_last_time_gives_way_to_one_asked_for() -> None:
    assigned = assign_ports({"valkey": 0, "nginx": 20_000}, {"valkey": 20_000}, ())
    assert assigned["nginx"] == 20_000
    assert assigned["valkey"] != 20_000


def test_chosen_ports_are_below_those_of_outgoing_connections() -> None:
    for _ in range(200):
        assert ports.LOWEST_CHOSEN_PORT <= ports.choose_port(()) <= ports.HIGHEST_CHOSEN_PORT
