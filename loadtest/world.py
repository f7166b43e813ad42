"""What all users in one process share: clients, calendars, the clock of the run, what was seen."""

import hashlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from loadtest.catalogue import Catalogue
from loadtest.checks import expect
from loadtest.recorder import Recorder
from loadtest.tokens import Credentials, TokenSource

# A soak asks of business days without end: beyond so many paths no further ones are remembered.
MOST_REMEMBERED = 50_000


class AnswersSeen:
    """The fingerprint of every answer so far: replicas that disagree give themselves away."""

    def __init__(self) -> None:
        self._fingerprints: dict[str, bytes] = {}
        self._etags: dict[str, str] = {}

    def etag(self, path: str) -> str | None:
        """Return the ETag that came with the last answer for ``path``, None before the first."""
        return self._etags.get(path)

    def record(self, path: str, content: bytes, etag: str) -> None:
        """Remember an answer of a fixed fact. Raises WrongAnswer when it was another one before."""
        fingerprint = hashlib.blake2b(content, digest_size=16).digest()
        before = self._fingerprints.get(path)
        expect(before in (None, fingerprint), "two answers to one question differ")
        expect(bool(etag), "the answer has no ETag")
        if before or len(self._fingerprints) < MOST_REMEMBERED:
            self._fingerprints[path] = fingerprint
            self._etags[path] = etag


@dataclass
class World:
    """The shared side of a run; one a process.

    addresses: source addresses of those who are counted by address; empty where there is but one.
    may_be_refused: kinds of users whom a plan may refuse; for others that is a failure.
    has_facts: false where what answers is a stand-in that knows no holidays.
    """

    clients: Sequence[Credentials]
    catalogue: Catalogue
    seed: int
    addresses: Sequence[str] = ()
    may_be_refused: Collection[str] = ()
    has_facts: bool = True
    answers: AnswersSeen = field(default_factory=AnswersSeen)
    slice_seconds: int = 1
    recorder: Recorder = field(default_factory=Recorder)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Give each client one token that all who act as it share."""
        self._sources = {client.client_id: TokenSource(client) for client in self.clients}

    def now(self) -> float:
        """Return the seconds since the run began."""
        return time.monotonic() - self.started

    def sources(self, role: str) -> list[TokenSource]:
        """Return the clients that play ``role``; those without a role play every one."""
        return [
            self._sources[client.client_id]
            for client in self.clients
            if client.role in (role, None)
        ]
