"""The ES256 keys of the tokens: a directory of ``<kid>.pem`` files, the newest of which signs."""

import os
import secrets
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


class NoSigningKey(Exception):
    """The directory holds no key that can sign."""


def create_key(directory: Path) -> str:
    """Write a new private key, readable by its owner alone, and return its id.

    The id begins with the time, so that ids sort by age. Written whole, then moved into place: a
    replica that starts meanwhile reads no half of a key.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    temporary = directory / f".{key_id}.tmp"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    temporary.rename(directory / f"{key_id}.pem")
    return key_id


class KeyRing:
    """The keys of the directory, read once, at boot."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def _private_keys(self) -> dict[str, ec.EllipticCurvePrivateKey]:
        keys = {}
        for path in sorted(self._directory.glob("*.pem")):
            try:
                key = serialization.load_pem_private_key(path.read_bytes(), password=None)
            except (ValueError, OSError) as error:
                raise NoSigningKey(f"{path.name} is not a readable private key") from error
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
                raise NoSigningKey(f"{path.name} is not a P-256 private key")
            keys[path.stem] = key
        if not keys:
            raise NoSigningKey(f"no <kid>.pem in {self._directory}: flask keys create makes one")
        return keys

    @property
    def signing_key_id(self) -> str:
        """The id of the newest key. Raises NoSigningKey."""
        return max(self._private_keys)

    def private_key(self, key_id: str) -> ec.EllipticCurvePrivateKey:
        """The private key of that id. Raises KeyError, NoSigningKey."""
        return self._private_keys[key_id]

    @cached_property
    def _public_keys(self) -> dict[str, ec.EllipticCurvePublicKey]:
        return {key_id: key.public_key() for key_id, key in self._private_keys.items()}

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey | None:
        """The public key of that id, looked up among ours alone; None for any other."""
        return self._public_keys.get(key_id)
