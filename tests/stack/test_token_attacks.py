"""Every attack on a token, through nginx; and those that only HTTP itself can carry."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.stack.running_stack import QUESTION, Answer, RunningStack, send_raw
from tests.token_attacks import ATTACKS, Deployment


@pytest.fixture(scope="module")
def aim(token_stack: RunningStack) -> Deployment:
    """With the key that signed the token: others may be there."""
    good = token_stack.token()
    directory = token_stack.var / "secrets" / "signing-keys"
    file = min(directory.glob("*.pem"))
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Deployment(key, file.stem, token_stack.base_url, good)


def ask(stack: RunningStack, *headers: bytes) -> Answer:
    lines = (f"GET {QUESTION} HTTP/1.1".encode(), b"Host: 127.0.0.1", b"Connection: close")
    return send_raw(stack.port(), b"\r\n".join((*lines, *headers)) + b"\r\n\r\n")


def test_what_the_attacks_are_made_of_gets_in(token_stack: RunningStack, aim: Deployment) -> None:
    for token in (aim.good, aim.signed()):
        assert ask(token_stack, b"Authorization: Bearer " + token.encode()).status == 200


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_401_with_a_challenge(
    token_stack: RunningStack, aim: Deployment, attack: str
) -> None:
    answer = ask(token_stack, b"Authorization: " + ATTACKS[attack](aim).encode())
    assert answer.status == 401, answer.body
    assert answer.all_of("Content-Type") == ["application/problem+json"]
    assert answer.all_of("WWW-Authenticate")[0].startswith('Bearer realm="fasti"')


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((b"Authorization: Bearer %s", b"Authorization: Bearer %s"), 400),
        ((b"Authorization: Bearer %s", b"authorization: Basic ZGVtbzpkZW1v"), 400),
        ((b"Authorization: Bearer \0%s",), 400),
        ((b"Authorization: Bearer\x01%s",), 400),
        ((b"Authorization: Bearer %s" + b"x" * 9000,), 431),
        ((b"Authorization : Bearer %s",), 400),
        ((b"Authorization:\r\n Bearer %s",), 400),
        ((b"Proxy-Authorization: Bearer %s",), 401),
        ((b"X-Authorization: Bearer %s",), 401),
        ((b"Cookie: access_token_cookie=%s; Authorization=Bearer %s",), 401),
    ],
    ids=[
        "header sent twice",
        "header sent twice, by two schemes",
        "NUL",
        "control character",
        "header beyond the buffers",
        "blank before the colon",
        "folded",
        "proxy header",
        "made-up header",
        "cookie",
    ],
)
def test_an_attack_by_http_itself_is_refused(
    token_stack: RunningStack, aim: Deployment, headers: tuple[bytes, ...], status: int
) -> None:
    answer = ask(token_stack, *(line.replace(b"%s", aim.good.encode()) for line in headers))
    assert answer.status == status, answer.body
    assert answer.all_of("Content-Type") == ["application/problem+json"]
