"""The clients that got a token within the hour, in Redis, for the time when SQL is down."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from app.auth.client_secrets import SecretHash
from app.auth.clients import Client
from app.store.breaker import DependencyDown
from app.store.redis_gateway import RedisGateway

REMEMBERED_SECONDS = 3600
CHANGING_SECONDS = 60  # Longer than any answer of SQL is waited for.
REMEMBER = resources.files(__package__).joinpath("remember_client.lua").read_text()


@dataclass(frozen=True, slots=True)
class Remembered:
    """A client with its secrets, as it was when it last got a token."""

    client: Client
    secrets: tuple[SecretHash, ...]


class RememberedClients:
    """Keeps those clients. Failure policy: while Redis is down nothing is remembered or recalled;
    who must be sure that something is forgotten is told that it cannot be.
    """

    def __init__(self, redis: RedisGateway) -> None:
        self._redis = redis
        self._remember = redis.client.register_script(REMEMBER)

    def remember(self, client: Client, secrets: Sequence[SecretHash]) -> None:
        """Keep ``client`` for an hour, unless it is being changed."""
        record = json.dumps(
            {
                "scopes": client.scopes,
                "plan": client.plan,
                "is_disabled": client.is_disabled,
                "secrets": [
                    (each.sha256, each.ends_at.isoformat() if each.ends_at else None)
                    for each in secrets
                ],
            }
        )
        with suppress(DependencyDown):  # It is for the day SQL is down; today it answered.
            self._redis.call(
                lambda _redis: self._remember([_key(client.id)], [record, REMEMBERED_SECONDS])
            )

    def recall(self, client_id: str) -> Remembered | None:
        """Return the client as it was last remembered; None where it was not, or Redis is down."""
        try:
            record = self._redis.call(lambda redis: redis.get(_key(client_id)))
        except DependencyDown:
            return None
        if not record:
            return None
        fields = json.loads(record)
        client = Client(client_id, tuple(fields["scopes"]), fields["plan"], fields["is_disabled"])
        return Remembered(
            client,
            tuple(
                SecretHash(sha256, datetime.fromisoformat(ends_at) if ends_at else None)
                for sha256, ends_at in fields["secrets"]
            ),
        )

    def forget(self, client_id: str) -> None:
        """Drop the client, and remember nothing of it for a minute. Raises DependencyDown.

        To be called within the transaction that changes it: who read it before its end must not
        bring back what it was.
        """
        self._redis.call(lambda redis: redis.set(_key(client_id), "", ex=CHANGING_SECONDS))


def _key(client_id: str) -> str:
    return f"fasti:remembered-client:{client_id}"
