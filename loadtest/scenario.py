"""What all users of one run share: clients, calendars, seed, and what was seen."""

import hashlib
import random
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count

from loadtest.catalogue import Catalogue
from loadtest.checks import expect
from loadtest.tokens import Credentials, TokenSource


class Scenario:
    """The shared side of a run; one a locust process."""

    def __init__(
        self, clients: Sequence[Credentials], calendar_ids: Iterable[str], seed: int
    ) -> None:
        """Start a run of ``seed`` that acts as ``clients`` (1 or more) on ``calendar_ids``."""
        self.seed = seed
        self.catalogue = Catalogue(calendar_ids, seed)
        self.sources = [TokenSource(client) for client in clients]
        self.answers = AnswersSeen()
        # First and last date that a calendar has facts for, once a user has read it.
        self.coverage: dict[str, tuple[date, date]] = {}
        self._numbers = count()

    def next_user(self) -> tuple[random.Random, TokenSource]:
        """Return the chance and the client of one more user: the n-th of every run is the same."""
        number = next(self._numbers)
        return random.Random(f"{self.seed}:{number}"), self.sources[number % len(self.sources)]


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
        before = self._fingerprints.setdefault(path, fingerprint)
        expect(before == fingerprint, "two answers to one question differ")
        expect(bool(etag), "the answer has no ETag")
        self._etags[path] = etag
