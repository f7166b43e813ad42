"""How well this worker can answer: what readiness says, and what it reports of itself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.auth import Auth
from app.health.draining import is_draining
from app.store import Store
from app.store.breaker import Breaker

Status = Literal["starting", "ready", "degraded", "draining"]


@dataclass(frozen=True, slots=True)
class Component:
    """One part of what a worker needs: ``up`` or ``down``, and since when."""

    status: str
    since: str


class Condition:
    """The state of one worker. Asks nobody: background threads do the looking."""

    def __init__(self, store: Store, auth: Auth) -> None:
        self._store = store
        self._auth = auth
        self._seen: dict[str, Component] = {}

    @property
    def status(self) -> Status:
        """``starting`` until every component was looked at once and the revoked tokens are known;
        ``draining`` before the end; ``degraded`` while Redis or SQL is down.
        """
        if is_draining():
            return "draining"
        if not (self._store.prober.has_looked and self._auth.revocations.is_known):
            return "starting"
        is_degraded = any(part.status == "down" for part in self.dependencies().values())
        return "degraded" if is_degraded else "ready"

    def dependencies(self) -> dict[str, Component]:
        """Redis and SQL, as their breakers have them."""
        breakers: tuple[Breaker, ...] = (self._store.redis.breaker, self._store.sql.breaker)
        return {
            breaker.dependency: Component(_word(not breaker.is_open), time_text(breaker.since))
            for breaker in breakers
        }

    def components(self) -> dict[str, Component]:
        """The dependencies, and what a worker learns through them.

        bulletin: it hears of every change; revocations: it knows the revoked tokens; keys: the
        directory of the signing keys can be read. To be called again and again by one thread: it
        sees when something changed.
        """
        return self.dependencies() | {
            "bulletin": self._since("bulletin", self._store.bulletin.is_current),
            "revocations": self._since("revocations", self._auth.revocations.is_known),
            "keys": self._since("keys", not self._auth.keys.fault),
        }

    def _since(self, name: str, is_up: bool) -> Component:
        before = self._seen.get(name)
        if before is None or before.status != _word(is_up):
            self._seen[name] = Component(_word(is_up), time_text(datetime.now(UTC)))
        return self._seen[name]


def time_text(moment: datetime) -> str:
    """A moment as answers have it: UTC, to the second."""
    return moment.isoformat(timespec="seconds")


def _word(is_up: bool) -> str:
    return "up" if is_up else "down"
