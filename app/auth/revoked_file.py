"""The revoked tokens as one replica keeps them, for a worker that starts while SQL is down."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

NAME = "revoked-tokens"
LONGEST_AGE_SECONDS = 3600  # A replica that was away for longer has missed too much.


class RevokedFile:
    """A file of lines ``<expiry> <id>`` that the workers of a replica share.

    Failure policy: it is a help and no more. A file that cannot be written is logged, one that
    cannot be read or is old is as good as none. directory None: there is no file.
    """

    def __init__(self, directory: Path | None) -> None:
        self._path = directory / NAME if directory else None

    def read(self) -> dict[str, float] | None:
        """What stands there, by id; None when nothing is known."""
        if self._path is None:
            return None
        try:
            if time.time() - self._path.stat().st_mtime > LONGEST_AGE_SECONDS:
                return None
            lines = self._path.read_text().splitlines()
        except OSError:
            return None
        found = {}
        for line in lines:
            with suppress(ValueError):  # A line that was being written as the machine went down.
                expires_at, revoked_id = line.split()
                found[revoked_id] = float(expires_at)
        return found

    def add(self, revoked_id: str, expires_at: float) -> None:
        """Write one more, in one call: several workers do."""
        if self._path is not None:
            with _logged():
                _write(self._path, os.O_APPEND, f"{expires_at} {revoked_id}\n")

    def replace(self, expiries: Mapping[str, float]) -> None:
        """Write all of them in place of what is there, whole or not at all."""
        if self._path is None:
            return
        draft = self._path.with_name(f".{NAME}.{os.getpid()}")
        lines = (f"{expires_at} {revoked_id}\n" for revoked_id, expires_at in expiries.items())
        with _logged():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(draft, os.O_TRUNC, "".join(lines))
            draft.replace(self._path)


def _write(path: Path, how: int, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "w") as file:
        file.write(text)


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        logger.warning("revoked tokens are not kept for a restart: %s", error.strerror)
