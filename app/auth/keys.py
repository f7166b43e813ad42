"""The ES256 keys of the tokens: a directory of ``<kid>.pem`` files that all replicas share.

A key lives by the clock, so that replicas agree without talking: it verifies as soon as it is seen,
signs when it has been there for ``published_seconds``, and is forgotten when the last token that it
signed has expired. The first key of all signs at once.
"""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

logger = logging.getLogger(__name__)

TIME_IN_ID = "%Y%m%dT%H%M%S.%fZ"
KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Between two clocks, and for a worker to see a new file: it may sign by the old key so much longer.
OVERLAP_SECONDS = 60


class NoSigningKey(Exception):
    """The directory holds no key that can sign."""


@dataclass(frozen=True)
class SigningKey:
    """A key pair. created: Unix time, by its id; of a file with another name, that of the file."""

    id: str
    created: float
    private: ec.EllipticCurvePrivateKey

    @cached_property
    def public(self) -> ec.EllipticCurvePublicKey:
        """What verifies."""
        return self.private.public_key()


def create_key(directory: Path) -> str:
    """Write a new private key, readable by its owner alone, and return its id.

    The id begins with the time, so that ids sort by age. Written whole, then moved into place: a
    replica that looks meanwhile reads no half of a key.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_id = f"{datetime.now(UTC):{TIME_IN_ID}}-{secrets.token_hex(4)}"
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
    """The keys of the directory: read at boot, and again by ``refresh``, never for a request.

    published_seconds: how long a key is there before it signs. token_seconds: the life of a token.
    now: the clock, in Unix time.
    """

    def __init__(
        self,
        directory: Path,
        published_seconds: float,
        token_seconds: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.directory = directory
        self._published_seconds = published_seconds
        self._token_seconds = token_seconds
        self._now = now
        self._files: dict[str, float] | None = None  # as read last, with their times
        self._keys: tuple[SigningKey, ...] = ()  # oldest first
        self._verifying: Mapping[str, SigningKey] = {}
        self._fault = ""

    def load(self) -> None:
        """Read the directory unless nothing in it changed. Raises NoSigningKey."""
        files = {path.name: path.stat().st_mtime for path in self.directory.glob("*.pem")}
        if files != self._files:
            self._keys = self._read(files)
            self._files = files
        self._verifying = {
            key.id: key for key in self._keys if self._verifies_until(key) > self._now()
        }

    def refresh(self) -> None:
        """Load, and on a fault keep the keys there are. Called by a background thread."""
        try:
            self.load()
        except (NoSigningKey, OSError) as error:
            if str(error) != self._fault:
                self._fault = str(error)
                logger.error("keys are kept as they are: %s", error)
            return
        self._fault = ""

    @property
    def fault(self) -> str:
        """Why the directory could not be read when it was looked at last; empty when it could."""
        return self._fault

    @property
    def signing_key(self) -> SigningKey:
        """The newest key that has been published for long enough, else the oldest.

        Raises NoSigningKey.
        """
        published = [key for key in self._loaded() if self.signs_from(key) <= self._now()]
        return published[-1]

    def public_key(self, key_id: object) -> ec.EllipticCurvePublicKey | None:
        """The public key of that id, looked up among ours alone; None for any other."""
        self._loaded()
        found = self._verifying.get(key_id) if isinstance(key_id, str) else None
        return found.public if found else None

    @property
    def verifying(self) -> list[SigningKey]:
        """The keys whose tokens are good, oldest first: what is published. Raises NoSigningKey."""
        self._loaded()
        return list(self._verifying.values())

    def signs_from(self, key: SigningKey) -> float:
        """When ``key`` begins to sign, Unix time; 0 for the first of all."""
        return 0 if key is self._loaded()[0] else key.created + self._published_seconds

    def prune(self) -> list[str]:
        """Remove the files of keys whose last token has expired, and return their ids."""
        self.load()
        expired = [key.id for key in self._keys if key.id not in self._verifying]
        for key_id in expired:
            (self.directory / f"{key_id}.pem").unlink(missing_ok=True)
        return expired

    def _loaded(self) -> tuple[SigningKey, ...]:
        if self._files is None:
            self.load()
        return self._keys

    def _verifies_until(self, key: SigningKey) -> float:
        """When the last token of ``key`` has expired, Unix time; infinity for the newest key."""
        for one, following in pairwise(self._keys):
            if one is key:
                last_signs = following.created + self._published_seconds + OVERLAP_SECONDS
                return last_signs + self._token_seconds
        return float("inf")

    def _read(self, files: Mapping[str, float]) -> tuple[SigningKey, ...]:
        if not files:
            raise NoSigningKey(f"no <kid>.pem in {self.directory}: flask keys create makes one")
        keys = [self._read_one(self.directory / name, written) for name, written in files.items()]
        return tuple(sorted(keys, key=lambda key: (key.created, key.id)))

    @staticmethod
    def _read_one(path: Path, written: float) -> SigningKey:
        if not KEY_ID.fullmatch(path.stem):
            raise NoSigningKey(f"{path.name} is no name of a key")
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, OSError) as error:
            raise NoSigningKey(f"{path.name} is not a readable private key") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise NoSigningKey(f"{path.name} is not a P-256 private key")
        try:
            created = datetime.strptime(path.stem.partition("-")[0], TIME_IN_ID).replace(tzinfo=UTC)
        except ValueError:
            return SigningKey(path.stem, written, key)
        return SigningKey(path.stem, created.timestamp(), key)
