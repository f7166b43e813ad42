"""A token is known again as long as it would be verified again, and no longer."""

import gc
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from app.auth.keys import KeyRing, create_key
from app.auth.scopes import READ_SCOPE
from app.auth.verified_tokens import VerifiedTokens
from app.store.breaker import DependencyDown

NOW = 1_700_000_000.0
SKEW_SECONDS = 5
TOKEN = "a.b.c"


class Clock:
    """Time that passes when it is told to."""

    now = NOW

    def __call__(self) -> float:
        return self.now


class Revoked:
    """Stands for what a worker knows of revoked tokens."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.is_known = True

    def refuses(self, claims: Any) -> bool:
        if not self.is_known:
            raise DependencyDown("sql")
        return not self.ids.isdisjoint(claims.values())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def revoked() -> Revoked:
    return Revoked()


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    create_key(tmp_path)
    return KeyRing(tmp_path, published_seconds=0, token_seconds=900)


@pytest.fixture
def tokens(keys: KeyRing, revoked: Revoked, clock: Clock) -> VerifiedTokens:
    return VerifiedTokens(keys, revoked, SKEW_SECONDS, max_tokens=1000, now=clock)  # type: ignore[arg-type]


def claims(jti: str = "1") -> dict[str, Any]:
    return {
        "client_id": "demo",
        "scope": f"{READ_SCOPE} admin",
        "plan": "small",
        "exp": int(NOW) + 900,
        "jti": jti,
        "family": "f",
    }


def remember(tokens: VerifiedTokens, keys: KeyRing, token: str = TOKEN) -> None:
    key = keys.verifying[0]
    tokens.remember(token, key.id, key.public, claims())


def test_it_says_whom_the_token_speaks_for(tokens: VerifiedTokens, keys: KeyRing) -> None:
    assert tokens.recall(TOKEN) is None
    remember(tokens, keys)
    identity = tokens.recall(TOKEN)
    assert identity is not None
    assert identity.client_id == "demo"
    assert identity.scopes == {READ_SCOPE, "admin"}
    assert identity.plan == "small"
    assert tokens.recall("a.b.d") is None


def test_never_past_its_expiry_and_the_skew_of_clocks(
    tokens: VerifiedTokens, keys: KeyRing, clock: Clock
) -> None:
    remember(tokens, keys)
    clock.now = NOW + 900 + SKEW_SECONDS - 0.1
    assert tokens.recall(TOKEN) is not None
    clock.now = NOW + 900 + SKEW_SECONDS
    assert tokens.recall(TOKEN) is None


@pytest.mark.parametrize("revoked_id", ["1", "f"])
def test_never_when_it_or_its_family_is_revoked(
    tokens: VerifiedTokens, keys: KeyRing, revoked: Revoked, revoked_id: str
) -> None:
    remember(tokens, keys)
    revoked.ids.add(revoked_id)
    assert tokens.recall(TOKEN) is None


def test_nobody_judges_while_nobody_knows_what_is_revoked(
    tokens: VerifiedTokens, keys: KeyRing, revoked: Revoked
) -> None:
    remember(tokens, keys)
    revoked.is_known = False
    with pytest.raises(DependencyDown):
        tokens.recall(TOKEN)


def test_never_when_its_key_has_left(tokens: VerifiedTokens, keys: KeyRing) -> None:
    remember(tokens, keys)
    create_key(keys.directory)
    (keys.directory / f"{keys.verifying[0].id}.pem").unlink()
    keys.load()
    assert tokens.recall(TOKEN) is None


def test_never_when_another_key_has_taken_the_name_of_its_key(
    tokens: VerifiedTokens, keys: KeyRing
) -> None:
    remember(tokens, keys)
    path = keys.directory / f"{keys.verifying[0].id}.pem"
    path.unlink()
    (keys.directory / f"{create_key(keys.directory)}.pem").rename(path)
    keys.refresh()
    keys._files = None
    keys.load()
    assert keys.public_key(path.stem) is not None
    assert tokens.recall(TOKEN) is None


def test_the_least_recently_used_is_forgotten(tokens: VerifiedTokens, keys: KeyRing) -> None:
    for number in range(1000):
        remember(tokens, keys, str(number))
    assert tokens.recall("0") is not None
    for number in range(1000, 1999):
        remember(tokens, keys, str(number))
    assert len(tokens) == 1000
    assert tokens.recall("0") is not None
    assert tokens.recall("999") is None


def test_a_flood_of_tokens_takes_no_more_memory(tokens: VerifiedTokens, keys: KeyRing) -> None:
    for number in range(1000):
        remember(tokens, keys, str(number))
    gc.collect()
    tracemalloc.start()
    for number in range(1000, 5000):
        remember(tokens, keys, str(number))
    full, _ = tracemalloc.get_traced_memory()
    for number in range(5000, 20_000):
        remember(tokens, keys, str(number))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after < full * 1.1
    assert full < 1000 * 3_000
