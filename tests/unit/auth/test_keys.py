"""The key ring: which keys it takes, and which of them signs."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.auth.keys import KeyRing, NoSigningKey, create_key


def test_a_new_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    key_id = create_key(tmp_path / "keys")
    mode = (tmp_path / "keys" / f"{key_id}.pem").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_newest_key_signs_and_the_older_still_verify(tmp_path: Path) -> None:
    create_key(tmp_path)
    pem = next(tmp_path.glob("*.pem")).read_bytes()
    (tmp_path / "20990101T000000Z-00000000.pem").write_bytes(pem)
    ring = KeyRing(tmp_path)
    assert ring.signing_key_id == "20990101T000000Z-00000000"
    assert all(ring.public_key(path.stem) is not None for path in tmp_path.glob("*.pem"))


def test_a_key_id_is_looked_up_and_never_opened_as_a_path(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    key_id = create_key(outside)
    create_key(tmp_path / "keys")
    assert KeyRing(tmp_path / "keys").public_key(f"../outside/{key_id}") is None


def test_a_directory_without_a_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoSigningKey, match="flask keys create"):
        _ = KeyRing(tmp_path).signing_key_id


@pytest.mark.parametrize("content", [b"", b"no key"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.pem").write_bytes(content)
    with pytest.raises(NoSigningKey, match=r"broken\.pem"):
        _ = KeyRing(tmp_path).signing_key_id


def test_a_key_of_another_curve_is_refused(tmp_path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "p384.pem").write_bytes(pem)
    with pytest.raises(NoSigningKey, match="P-256"):
        _ = KeyRing(tmp_path).signing_key_id
