"""Refresh tokens: each is good once, and one that is used again ends its whole family.

A family is what came of one grant: a row of refresh tokens, each of which replaced the one before,
and their access tokens, which carry its id. Only hashes are stored.

Source: RFC 9700 (Best Current Practice for OAuth 2.0 Security, January 2025), section 4.14.2; RFC
6749, sections 6 and 10.4, read 2026-11-21.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.auth.clients import Client
from app.auth.revocation import MARGIN_SECONDS, Revocations
from app.store import Store
from app.store.models import RefreshFamilyRow, RefreshTokenRow


class ScopeWidened(Exception):
    """More was asked for than the grant, or by now the client, has. ``allowed`` is what it has."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"To be asked for: {' '.join(allowed)}.")
        self.allowed = allowed


SUPERSEDED = 0  # When a token was spent that nobody may have used: no grace is left for it.


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is handed out, its family, and the scopes for an access token."""

    text: str
    family: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """What is known of a refresh token that is good. Times are Unix times."""

    id: str
    client_id: str
    scopes: tuple[str, ...]
    issued_at: int
    expires_at: int


class RefreshTokens:
    """Starts, continues and ends families, in SQL. Every method raises DependencyDown.

    family_seconds: a family ends so long after its grant, however often it is refreshed.
    grace_seconds: a token that was spent no longer ago is replaced once more, for a client whose
    answer was lost; what replaced it first is then spent as well. 0: never. access_seconds: the
    life of an access token.
    """

    def __init__(
        self,
        store: Store,
        revocations: Revocations,
        *,
        family_seconds: int,
        grace_seconds: int,
        access_seconds: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._revocations = revocations
        self._family_seconds = family_seconds
        self._grace_seconds = grace_seconds
        self._access_seconds = access_seconds
        self._now = now

    def start(self, client_id: str, scopes: tuple[str, ...]) -> RefreshToken:
        """Return the first token of a new family. Families that have ended are forgotten."""
        now = int(self._now())
        family = RefreshFamilyRow(
            id=secrets.token_hex(16),
            client_id=client_id,
            scopes=" ".join(scopes),
            used_at=now,
            expires_at=now + self._family_seconds,
        )

        def insert(session: Session) -> RefreshToken:
            session.execute(delete(RefreshFamilyRow).where(RefreshFamilyRow.expires_at < now))
            session.add(family)
            session.flush()
            return self._add(session, family, None, scopes)

        return self._store.sql.call(insert)

    def rotate(self, text: str, client: Client, asked: tuple[str, ...]) -> RefreshToken | None:
        """Return the token that replaces ``text``; None when that is not good for the client.

        A token that was spent before ends its family, in every worker. asked: scopes; none: all
        of the grant that the client still may have. Raises ScopeWidened, and the token stays good.
        """
        used = _sha256(text)

        def replace(session: Session) -> RefreshToken | str | None:
            family = self._locked_family(session, used, client.id)
            if family is None:
                return None
            token = session.get_one(RefreshTokenRow, used)
            if family.revoked_at is not None or self._is_reused(session, token):
                self._end(session, family)
                return family.id
            allowed = tuple(scope for scope in family.scopes.split() if scope in client.scopes)
            if not set(asked) <= set(allowed):
                raise ScopeWidened(allowed)
            if token.spent_at is None:
                token.spent_at = int(self._now())
            return self._add(session, family, used, asked or allowed)

        outcome = self._store.sql.call(replace)
        if isinstance(outcome, str):
            self._revocations.tell(outcome, self._last_access_token_expires())
            return None
        return outcome

    def revoke(self, text: str, client_id: str) -> bool:
        """End the family of a token, with its access tokens, in every worker.

        False when the client has no such token.
        """

        def end(session: Session) -> str | None:
            family = self._locked_family(session, _sha256(text), client_id)
            if family is None:
                return None
            self._end(session, family)
            return family.id

        family_id = self._store.sql.call(end)
        if family_id is None:
            return False
        self._revocations.tell(family_id, self._last_access_token_expires())
        return True

    def find(self, text: str) -> Family | None:
        """Return what a token is good for; None for one that is spent, ended or unknown."""

        def look_up(session: Session) -> Family | None:
            row = session.execute(
                select(RefreshTokenRow, RefreshFamilyRow)
                .join(RefreshFamilyRow, RefreshFamilyRow.id == RefreshTokenRow.family_id)
                .where(
                    RefreshTokenRow.token_sha256 == _sha256(text),
                    RefreshTokenRow.spent_at.is_(None),
                    RefreshFamilyRow.revoked_at.is_(None),
                    RefreshFamilyRow.expires_at > self._now(),
                )
            ).one_or_none()
            if row is None:
                return None
            token, family = row
            scopes = tuple(family.scopes.split())
            return Family(family.id, family.client_id, scopes, token.issued_at, family.expires_at)

        return self._store.sql.call(look_up)

    def _locked_family(
        self, session: Session, token_sha256: str, client_id: str
    ) -> RefreshFamilyRow | None:
        """The family of a token of the client, unless it has ended; whoever else asks for it waits.

        It is written to first: that locks it on both databases, and SQLite lets nobody write who
        has begun to read.
        """
        of_token = (
            select(RefreshTokenRow.family_id)
            .where(RefreshTokenRow.token_sha256 == token_sha256)
            .scalar_subquery()
        )
        return session.execute(
            update(RefreshFamilyRow)
            .where(
                RefreshFamilyRow.id == of_token,
                RefreshFamilyRow.client_id == client_id,
                RefreshFamilyRow.expires_at > self._now(),
            )
            .values(used_at=int(self._now()))
            .returning(RefreshFamilyRow)
        ).scalar_one_or_none()

    def _is_reused(self, session: Session, token: RefreshTokenRow) -> bool:
        """True for a spent token, but for one that is asked for again at once.

        Then what replaced it must not have been used, and is no good any more: should both be in
        use, by the client and by a thief, the second to come ends the family.
        """
        if token.spent_at is None:
            return False
        if self._now() - token.spent_at >= self._grace_seconds:
            return True
        of_this = RefreshTokenRow.parent_sha256 == token.token_sha256
        used = select(func.count()).where(of_this, RefreshTokenRow.spent_at > SUPERSEDED)
        if session.scalar(used):
            return True
        session.execute(update(RefreshTokenRow).where(of_this).values(spent_at=SUPERSEDED))
        return False

    def _end(self, session: Session, family: RefreshFamilyRow) -> None:
        family.revoked_at = family.revoked_at or int(self._now())
        self._revocations.record(session, family.id, self._last_access_token_expires())

    def _last_access_token_expires(self) -> float:
        return self._now() + self._access_seconds + MARGIN_SECONDS

    def _add(
        self,
        session: Session,
        family: RefreshFamilyRow,
        parent: str | None,
        scopes: tuple[str, ...],
    ) -> RefreshToken:
        text = secrets.token_urlsafe(32)
        session.add(
            RefreshTokenRow(
                token_sha256=_sha256(text),
                family_id=family.id,
                parent_sha256=parent,
                issued_at=int(self._now()),
            )
        )
        return RefreshToken(text, family.id, scopes)


def _sha256(text: str) -> str:
    """Enough for 256 random bits: there is no dictionary to slow down."""
    return hashlib.sha256(text.encode()).hexdigest()
