"""Limits hold over all replicas together, and for the address a caller really has. Also HTTPS,
which this stack speaks.
"""

import json
import socket
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.stack.running_stack import QUESTION, RunningStack

CALLERS = 30
REQUESTS = 300


def test_exactly_100_of_300_concurrent_requests_pass(limited_stack: RunningStack) -> None:
    headers = {"Authorization": f"Bearer {limited_stack.token()}"}
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = pool.map(lambda _: limited_stack.get(QUESTION, headers), range(REQUESTS))
        statuses = Counter(answer.status for answer in answers)
    assert statuses == {200: 100, 429: 200}


def test_a_spoofed_address_is_not_believed(limited_stack: RunningStack) -> None:
    """The token limit counts by address: naming another each time does not help."""
    statuses = [
        limited_stack.ask_for_token(
            {
                "X-Forwarded-For": f"198.51.100.{number}",
                "X-Real-IP": f"198.51.100.{number}",
                "Forwarded": f"for=198.51.100.{number}",
            }
        ).status
        for number in range(12)
    ]
    assert statuses[-1] == 429
    assert statuses.count(200) <= 8


def test_the_base_url_is_https_with_http_2_and_a_certificate_of_its_own(
    limited_stack: RunningStack,
) -> None:
    address = urlsplit(limited_stack.base_url)
    assert address.scheme == "https"
    trust = ssl.create_default_context(cafile=limited_stack.var / "certificate.pem")
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection((address.hostname, address.port), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        assert secured.selected_alpn_protocol() == "h2"
        assert secured.version() == "TLSv1.3"


def test_versions_before_tls_1_2_are_refused(limited_stack: RunningStack) -> None:
    port = urlsplit(limited_stack.base_url).port
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match=r"TLSv1.* is deprecated"):
        _allow_versions_before_1_2(old)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionResetError)),
        old.wrap_socket(plain),
    ):
        pass


def _allow_versions_before_1_2(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


def test_the_key_of_the_certificate_is_private(limited_stack: RunningStack) -> None:
    key = limited_stack.var / "secrets" / "certificate-key.pem"
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_token_is_issued_by_the_base_url(limited_stack: RunningStack) -> None:
    issued = json.loads((limited_stack.var / "run" / "programs" / "replica-1.json").read_text())
    assert issued["environment"]["FASTI_ISSUER"] == limited_stack.base_url
