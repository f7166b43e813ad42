"""What `make up` tells the processes it starts."""

import configparser
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from deploy.local.application import last_words
from deploy.local.certificate import ensure_certificate
from deploy.local.environment import (
    application_environment,
    ignored_variables,
    replica_environments,
)
from deploy.local.errors import StackError
from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.plan import make_plan, wanted_ports
from deploy.local.readiness import last_lines

OPTIONS = Options(port=8080, port_tls=8443, tls=False, replicas=2, workers=3)
PORTS = {
    "nginx": 8080,
    "valkey": 20_001,
    "supervisor": 20_002,
    "replica-1": 20_003,
    "replica-2": 20_004,
}


@pytest.mark.parametrize("port", ["", "-1", "65536", "8080.0", "http", "٨٠"])
def test_a_port_must_be_a_whole_number_in_range(port: str) -> None:
    with pytest.raises(StackError, match=r"^PORT="):
        Options.parse(port=port, port_tls="0", tls="0", replicas="1", workers="1")


def test_no_replica_is_no_stack() -> None:
    with pytest.raises(StackError, match=r"^REPLICAS=0 "):
        Options.parse(port="0", port_tls="0", tls="0", replicas="0", workers="1")


def test_a_setting_of_the_caller_is_passed_on_and_the_stacks_own_are_not_replaced() -> None:
    caller = {
        "FASTI_RATE_LIMIT": "100/minute",
        "FASTI_ISSUER": "https://fasti.example",
        "FASTI_WORKERS": "99",
        "FASTI_REDIS_URL": "redis://elsewhere",
        "HOME": "/home/somebody",
    }
    told = application_environment(Paths(Path("/var")), OPTIONS, "http://127.0.0.1:8080", caller)
    assert told["FASTI_RATE_LIMIT"] == "100/minute"
    assert told["FASTI_ISSUER"] == "https://fasti.example"
    assert told["FASTI_WORKERS"] == "3"
    assert told["FASTI_EXPECTED_WORKERS"] == "6"
    assert "FASTI_REDIS_URL" not in told
    assert "HOME" not in told
    assert ignored_variables(caller) == ["FASTI_REDIS_URL", "FASTI_WORKERS"]


def test_each_replica_has_a_name_a_port_and_a_directory_for_metrics_of_its_own() -> None:
    first, second = replica_environments(Paths(Path("/var")), OPTIONS, PORTS, {}).values()
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)
    assert second["FASTI_BIND"] == "127.0.0.1:20004"


def test_every_program_that_listens_is_given_a_port() -> None:
    assert wanted_ports(OPTIONS).keys() == PORTS.keys()
    with_tls = Options(port=0, port_tls=8443, tls=True, replicas=1, workers=1)
    assert wanted_ports(with_tls)["nginx-tls"] == 8443


def test_a_percent_sign_and_a_blank_in_a_path_reach_supervisor_unharmed(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "50% of a directory")
    paths.create()
    plan = make_plan(paths, OPTIONS, PORTS, {})
    parsed = configparser.RawConfigParser()
    parsed.read_string(plan.files[paths.supervisor_configuration])
    command = parsed["program:nginx"]["command"]
    assert f"'{str(paths.var).replace('%', '%%')}'" in command
    assert parsed["group:replicas"]["programs"] == "replica-1,replica-2"


def test_the_same_options_give_the_same_fingerprint_and_a_setting_another(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.create()
    plain = make_plan(paths, OPTIONS, PORTS, {}).stack.fingerprint
    assert make_plan(paths, OPTIONS, PORTS, {"LANG": "C"}).stack.fingerprint == plain
    changed = make_plan(paths, OPTIONS, PORTS, {"FASTI_RATE_LIMIT": "1/minute"})
    assert changed.stack.fingerprint != plain


def test_the_certificate_is_for_this_machine_and_kept_until_its_last_month(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.create()
    ensure_certificate(paths, datetime(2026, 1, 1, tzinfo=UTC))
    first = paths.certificate.read_bytes()
    names = (
        x509.load_pem_x509_certificate(first)
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value
    )
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1",
        "::1",
    ]
    ensure_certificate(paths, datetime(2026, 12, 31, tzinfo=UTC))
    assert paths.certificate.read_bytes() == first
    ensure_certificate(paths, datetime(2027, 1, 10, tzinfo=UTC))
    assert paths.certificate.read_bytes() != first


def test_of_a_traceback_only_the_message_is_shown() -> None:
    output = "note\nTraceback (most recent call last):\n  File x\n    code\nError: one\ntwo\n"
    assert last_words(output) == ["Error: one", "two"]
    assert last_words("plain\nwords\n") == ["plain", "words"]


def test_the_last_lines_of_a_log_that_is_not_there_are_none(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "missing.log", 5) == []
    (tmp_path / "some.log").write_text("one\ntwo\nthree\n")
    assert last_lines(tmp_path / "some.log", 2) == ["two", "three"]


def test_a_reader_that_leaves_does_not_end_the_command() -> None:
    script = "from deploy.local.output import say\nfor n in range(9): say('x' * 9999)\nsay('end')"
    command = [sys.executable, "-W", "ignore", "-c", script]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
