"""The key ring: which keys it takes, which of them signs, and how long each verifies."""

import logging
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.auth.keys import OVERLAP_SECONDS, TIME_IN_ID, KeyRing, NoSigningKey, create_key

PUBLISHED_SECONDS = 30
TOKEN_SECONDS = 900
START = datetime(2026, 11, 21, tzinfo=UTC).timestamp()


class Clock:
    """Unix time, as a test sets it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ring_of(directory: Path, clock: Clock) -> KeyRing:
    return KeyRing(directory, PUBLISHED_SECONDS, TOKEN_SECONDS, clock)


def add_key(directory: Path, clock: Clock) -> str:
    """A key that was made at the time of the clock."""
    file = directory / f"{create_key(directory)}.pem"
    made_at = datetime.fromtimestamp(clock.now, UTC)
    key_id = f"{made_at:{TIME_IN_ID}}-{file.stem.rpartition('-')[2]}"
    file.rename(directory / f"{key_id}.pem")
    return key_id


def test_a_new_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    key_id = create_key(tmp_path / "keys")
    mode = (tmp_path / "keys" / f"{key_id}.pem").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_first_key_signs_at_once(tmp_path: Path, clock: Clock) -> None:
    key_id = add_key(tmp_path, clock)
    assert ring_of(tmp_path, clock).signing_key.id == key_id


def test_another_key_verifies_at_once_and_signs_when_published_long_enough(
    tmp_path: Path, clock: Clock
) -> None:
    ring = ring_of(tmp_path, clock)
    first = add_key(tmp_path, clock)
    ring.load()
    clock.now += 1000
    second = add_key(tmp_path, clock)
    ring.refresh()
    assert ring.public_key(second) is not None
    clock.now += PUBLISHED_SECONDS - 0.1
    assert ring.signing_key.id == first
    clock.now += 0.1
    assert ring.signing_key.id == second


def test_an_old_key_verifies_until_its_last_token_has_expired(tmp_path: Path, clock: Clock) -> None:
    ring = ring_of(tmp_path, clock)
    first = add_key(tmp_path, clock)
    clock.now += 1000
    second = add_key(tmp_path, clock)
    clock.now += PUBLISHED_SECONDS + OVERLAP_SECONDS + TOKEN_SECONDS - 1
    ring.refresh()
    assert ring.public_key(first) is not None
    assert ring.prune() == []
    clock.now += 1
    ring.refresh()
    assert ring.public_key(first) is None
    assert [key.id for key in ring.verifying] == [second]
    assert ring.prune() == [first]
    assert [path.stem for path in tmp_path.iterdir()] == [second]


def test_a_key_whose_file_is_removed_verifies_no_more_and_the_next_signs_at_once(
    tmp_path: Path, clock: Clock
) -> None:
    ring = ring_of(tmp_path, clock)
    stolen = add_key(tmp_path, clock)
    clock.now += 1000
    new = add_key(tmp_path, clock)
    ring.refresh()
    (tmp_path / f"{stolen}.pem").unlink()
    ring.refresh()
    assert ring.public_key(stolen) is None
    assert ring.signing_key.id == new


def test_a_key_with_a_name_of_its_own_is_as_old_as_its_file(tmp_path: Path, clock: Clock) -> None:
    first = add_key(tmp_path, clock)
    file = tmp_path / f"{create_key(tmp_path)}.pem"
    file = file.rename(tmp_path / "ours.pem")
    os.utime(file, (START + 500, START + 500))
    ring = ring_of(tmp_path, clock)
    clock.now = START + 500 + PUBLISHED_SECONDS - 1
    assert ring.signing_key.id == first
    clock.now += 1
    assert ring.signing_key.id == "ours"


def test_a_fault_while_running_keeps_the_keys_there_are_and_is_logged_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ring = ring_of(tmp_path, clock)
    key_id = add_key(tmp_path, clock)
    ring.load()
    (tmp_path / "broken.pem").write_text("no key")
    with caplog.at_level(logging.ERROR):
        ring.refresh()
        ring.refresh()
    assert [record.message for record in caplog.records] == [
        "keys are kept as they are: broken.pem is not a readable private key"
    ]
    assert ring.signing_key.id == key_id
    (tmp_path / "broken.pem").unlink()
    (tmp_path / f"{key_id}.pem").unlink()
    ring.refresh()
    assert ring.public_key(key_id) is not None


def test_a_question_about_an_unknown_key_reads_no_file(tmp_path: Path, clock: Clock) -> None:
    add_key(tmp_path, clock)
    ring = ring_of(tmp_path, clock)
    ring.load()
    unseen = add_key(tmp_path, clock)
    assert ring.public_key(unseen) is None


def test_a_key_id_is_looked_up_and_never_opened_as_a_path(tmp_path: Path, clock: Clock) -> None:
    outside = tmp_path / "outside"
    key_id = create_key(outside)
    create_key(tmp_path / "keys")
    ring = ring_of(tmp_path / "keys", clock)
    assert ring.public_key(f"../outside/{key_id}") is None
    assert ring.public_key(["a list"]) is None


def test_a_directory_without_a_key_says_how_to_make_one(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(NoSigningKey, match="flask keys create"):
        _ = ring_of(tmp_path, clock).signing_key


@pytest.mark.parametrize("content", [b"", b"no key"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, clock: Clock, content: bytes) -> None:
    (tmp_path / "broken.pem").write_bytes(content)
    with pytest.raises(NoSigningKey, match=r"broken\.pem"):
        _ = ring_of(tmp_path, clock).signing_key


def test_a_file_whose_name_can_be_no_id_is_named(tmp_path: Path, clock: Clock) -> None:
    create_key(tmp_path)
    (tmp_path / "a b.pem").write_bytes(next(tmp_path.glob("*.pem")).read_bytes())
    with pytest.raises(NoSigningKey, match=r"a b\.pem"):
        _ = ring_of(tmp_path, clock).signing_key


def test_a_key_of_another_curve_is_refused(tmp_path: Path, clock: Clock) -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "p384.pem").write_bytes(pem)
    with pytest.raises(NoSigningKey, match="P-256"):
        _ = ring_of(tmp_path, clock).signing_key
