"""Revoked tokens: what is true stands in SQL, and each worker knows it by heart.

A request asks nobody: it looks into the memory of its worker, which hears of new ones by the
bulletin. docs/decisions/0010 says why.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.auth.revoked_file import RevokedFile
from app.store import Store
from app.store.breaker import DependencyDown
from app.store.models import RevokedTokenRow

TOPIC = "revocation"
PAGE_ROWS = 10_000  # So many come well within the time-out of one question.
# A verifier may take a token for good so much longer: no clock is further off (clock_skew_seconds).
MARGIN_SECONDS = 60


class Revocations:
    """The ids of revoked tokens, and of revoked families of them, until they have expired.

    Failure policy: a revocation that not every worker can be told of raises DependencyDown, though
    it may stand in SQL already; to repeat it does no harm. What is known holds, whatever is down. A
    worker that starts while SQL is down knows what the file of its replica says; without one it
    raises DependencyDown rather than let a revoked token in.
    """

    def __init__(
        self, store: Store, file: RevokedFile, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._file = file
        self._now = now
        self._expiries: dict[str, float] = {}
        self._is_known = False
        store.bulletin.subscribe(TOPIC, self._hear, self.catch_up)

    @property
    def is_known(self) -> bool:
        """True once this worker has caught up, with SQL or the file: before, it cannot judge."""
        return self._is_known

    def refuses(self, claims: Mapping[str, Any]) -> bool:
        """True when the token with these claims was revoked, or its family. Raises DependencyDown.

        Asks nobody, but for the first question of a worker.
        """
        if not self._is_known:
            self._learn()
        return claims.get("jti") in self._expiries or claims.get("family") in self._expiries

    def revoke(self, revoked_id: str, expires_at: float) -> None:
        """End a token by its id, in every worker. Raises DependencyDown.

        expires_at: when it would end by itself, Unix time.
        """
        self._store.sql.call(lambda session: self.record(session, revoked_id, expires_at))
        self.tell(revoked_id, expires_at)

    def record(self, session: Session, revoked_id: str, expires_at: float) -> None:
        """Write down that an id is revoked, once ``session`` is committed; ``tell`` has to follow.

        Those that have expired are forgotten meanwhile.
        """
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        session.execute(
            delete(RevokedTokenRow).where(RevokedTokenRow.expires_at < self._now() - MARGIN_SECONDS)
        )
        session.execute(
            insert(RevokedTokenRow)
            .values(id=revoked_id, expires_at=int(expires_at) + 1)
            .on_conflict_do_nothing()
        )

    def tell(self, revoked_id: str, expires_at: float) -> None:
        """Let every worker know what was recorded. Raises DependencyDown."""
        self._expiries[revoked_id] = expires_at
        self._file.add(revoked_id, expires_at)
        self._store.bulletin.publish(TOPIC, f"{int(expires_at) + 1} {revoked_id}")

    def catch_up(self) -> None:
        """Learn every revoked id that stands in SQL, and forget the expired.

        Raises DependencyDown, though a worker that knew nothing may know the file now.
        """
        try:
            self._read_sql()
        except DependencyDown:
            if not self._is_known and (kept := self._file.read()) is not None:
                self._expiries.update(kept)
                self._is_known = True
            raise
        self._is_known = True
        self._forget_expired()
        self._file.replace(dict(self._expiries))

    def _learn(self) -> None:
        try:
            self.catch_up()
        except DependencyDown:
            if not self._is_known:
                raise

    def _read_sql(self) -> None:
        last = ""
        while page := self._store.sql.call(partial(_page_after, last)):
            self._expiries.update(page)
            last = next(reversed(page))  # in the order of the database, which is its own

    def _hear(self, text: str) -> None:
        expires_at, _, revoked_id = text.partition(" ")
        if revoked_id not in self._expiries:  # else it was revoked here
            self._expiries[revoked_id] = float(expires_at)
            self._file.add(revoked_id, float(expires_at))

    def _forget_expired(self) -> None:
        # In place: a revocation by another thread is not lost meanwhile.
        ended = self._now() - MARGIN_SECONDS
        for revoked_id, expires_at in list(self._expiries.items()):
            if expires_at < ended:
                del self._expiries[revoked_id]


def _page_after(last: str, session: Session) -> dict[str, float]:
    """The next rows, by id and in the order of their ids."""
    rows = session.execute(
        select(RevokedTokenRow.id, RevokedTokenRow.expires_at)
        .where(RevokedTokenRow.id > last)
        .order_by(RevokedTokenRow.id)
        .limit(PAGE_ROWS)
    )
    return {row.id: row.expires_at for row in rows}
