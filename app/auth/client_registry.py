"""What an administrator does with clients, by HTTP or by command: each change is one transaction.

Whatever a client may do is looked up by every worker (``ClientDirectory``), so a change has to be
told. The order is: the change is made, and entered in the audit log; Redis forgets what it held
for the day SQL is down, which shows that Redis takes writes; the transaction ends; the news is
published. So a change that cannot be told is refused, and nothing has happened. One gap is left:
Redis may be lost in the milliseconds between the last two. Then the change stands, each worker
learns of it when Redis is back, and who asked is told that: 503, and to ask again. Changes of
plan, scopes and state may be asked for twice and are the same; adding a client or a secret needs
no worker to know, so it is acknowledged once it is stored.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth import audit
from app.auth.audit import Actor
from app.auth.client_details import (
    ClientDetails,
    NewSecret,
    details_of,
    existing,
    live_secrets,
    page_of_details,
)
from app.auth.client_directory import NEWS_TOPIC
from app.auth.client_rules import Change, check, check_ends_in, refuse_to_lock_out
from app.auth.client_secrets import MOST_SECRETS, hash_of, id_of, new_secret
from app.auth.clients import DEFAULT_PLAN
from app.auth.remembered_clients import RememberedClients
from app.errors.administration import ChangedMeanwhile, ClientExists, UnknownSecret, WouldLockOut
from app.errors.handlers import RETRY_AFTER_OUTAGE_SECONDS
from app.errors.problems import Unavailable
from app.store import Store
from app.store.breaker import DependencyDown
from app.store.models import ClientRow, ClientSecretRow


class ClientRegistry:
    """Adds, shows and changes clients. Every method raises DependencyDown while SQL is down; those
    that change what is there already do while Redis is.
    """

    def __init__(self, store: Store, remembered: RememberedClients) -> None:
        self._store = store
        self._remembered = remembered
        self._plans: Collection[str] = (DEFAULT_PLAN,)

    def allow_plans(self, names: Collection[str]) -> None:
        """Learn which plans there are."""
        self._plans = names

    def create(
        self,
        actor: Actor,
        client_id: str,
        name: str,
        scopes: Sequence[str],
        plan: str = DEFAULT_PLAN,
    ) -> NewSecret:
        """Add a client with one secret. Raises InvalidClient, ClientExists."""
        check(Change(name, plan, scopes), self._plans, new_id=client_id)
        secret = new_secret()
        now = datetime.now(UTC)

        def insert(session: Session) -> ClientDetails:
            if session.get(ClientRow, client_id) is not None:
                raise _exists(client_id)
            row = ClientRow(
                id=client_id, name=name, plan=plan, scopes=_joined(scopes), created_at=now
            )
            session.add(row)
            try:
                session.flush()
            except IntegrityError as error:  # Another added it since.
                raise _exists(client_id) from error
            secret_id = _add_secret(session, client_id, secret, now)
            details = {"name": name, "plan": plan, "scopes": row.scopes, "secret": secret_id}
            audit.record(session, actor, "client.created", client_id, details)
            return details_of(session, row, now)

        client = self._store.sql.change(insert)
        with suppress(DependencyDown):  # At worst a worker still takes it for unknown.
            self._store.bulletin.publish(NEWS_TOPIC, client_id)
        return NewSecret(client, id_of(hash_of(secret)), secret)

    def details(self, client_id: str) -> ClientDetails:
        """Return the client. Raises UnknownClient."""
        now = datetime.now(UTC)
        return self._store.sql.call(
            lambda session: details_of(session, existing(session, client_id), now)
        )

    def page(self, after: str = "", limit: int = 100) -> list[ClientDetails]:
        """Return up to ``limit`` clients by id, from the first whose id comes after ``after``."""
        now = datetime.now(UTC)
        return self._store.sql.call(lambda session: page_of_details(session, after, limit, now))

    def change(
        self,
        actor: Actor,
        client_id: str,
        change: Change,
        versions: Collection[str] | None = None,
    ) -> ClientDetails:
        """Make the change, and return the client after it; what is so already stays as it is.

        versions: one of them the client must still have; None when any will do. Raises
        UnknownClient, InvalidClient, ChangedMeanwhile, and WouldLockOut when an administrator would
        disable itself or take the scope for it from itself.
        """
        check(change, self._plans)
        if actor.name == client_id:
            refuse_to_lock_out(change)

        def apply(session: Session, row: ClientRow, now: datetime) -> None:
            if versions is not None and details_of(session, row, now).version not in versions:
                raise ChangedMeanwhile("GET the client again, and send the ETag of that answer.")
            details = _set(row, change)
            if details:
                audit.record(session, actor, "client.changed", client_id, details)
            if change.is_disabled is not None and change.is_disabled != bool(row.disabled_at):
                row.disabled_at = now if change.is_disabled else None
                action = "client.disabled" if change.is_disabled else "client.enabled"
                audit.record(session, actor, action, client_id, {})

        changed = self._change(client_id, apply)
        try:
            self._store.bulletin.publish(NEWS_TOPIC, client_id)
        except DependencyDown as error:
            raise Unavailable(
                "The change is stored, and not every worker could be told; send it again.",
                RETRY_AFTER_OUTAGE_SECONDS,
            ) from error
        return changed

    def rotate(
        self,
        actor: Actor,
        client_id: str,
        ends_in_seconds: int | None = None,
        *,
        may_redis_be_down: bool = False,
    ) -> NewSecret:
        """Give the client a new secret beside the one it has; of two, the older ends at once.

        ends_in_seconds: how long the one that stays is good for; 0 ends it at once, None leaves it
        until it is ended. may_redis_be_down: for the time before a stack runs; what Redis remembers
        then is good until its hour is over, should SQL be down.
        Raises UnknownClient, InvalidClient.
        """
        check_ends_in(ends_in_seconds)
        secret = new_secret()

        def apply(session: Session, row: ClientRow, now: datetime) -> None:
            live = live_secrets(session, [client_id], now)
            kept = live[1 - MOST_SECRETS :] if ends_in_seconds != 0 else []
            for each in kept:
                if ends_in_seconds is not None:
                    ends_at = now + timedelta(seconds=ends_in_seconds)
                    each.ends_at = min(each.ends_at or ends_at, ends_at)
            session.execute(  # those that came to their end by themselves as well
                delete(ClientSecretRow).where(
                    ClientSecretRow.client_id == client_id,
                    ClientSecretRow.id.not_in([each.id for each in kept]),
                )
            )
            details = {
                "secret": _add_secret(session, client_id, secret, now),
                "ended": [each.id for each in live if each not in kept],
                "kept": {each.id: each.ends_at and each.ends_at.isoformat() for each in kept},
            }
            audit.record(session, actor, "client.secret_added", client_id, details)

        client = self._change(client_id, apply, may_redis_be_down=may_redis_be_down)
        return NewSecret(client, id_of(hash_of(secret)), secret)

    def end_secret(self, actor: Actor, client_id: str, secret_id: str) -> ClientDetails:
        """End a secret at once. Raises UnknownClient, UnknownSecret, and WouldLockOut when it is
        the last one of the administrator who asks.
        """

        def apply(session: Session, row: ClientRow, now: datetime) -> None:
            live = {each.id: each for each in live_secrets(session, [client_id], now)}
            if secret_id not in live:
                raise UnknownSecret("GET the client: `secrets` lists those it has.")
            if actor.name == client_id and len(live) == 1:
                raise WouldLockOut("It is your last secret: rotate first.")
            session.delete(live[secret_id])
            audit.record(session, actor, "client.secret_ended", client_id, {"secret": secret_id})

        return self._change(client_id, apply)

    def _change(
        self,
        client_id: str,
        apply: Callable[[Session, ClientRow, datetime], None],
        *,
        may_redis_be_down: bool = False,
    ) -> ClientDetails:
        """Apply a change to the client, alone, and return it after that. Raises UnknownClient."""
        now = datetime.now(UTC)

        def in_transaction(session: Session) -> ClientDetails:
            row = existing(session, client_id, for_update=True)
            apply(session, row, now)
            session.flush()
            with suppress(*(DependencyDown,) if may_redis_be_down else ()):
                self._remembered.forget(client_id)
            return details_of(session, row, now)

        return self._store.sql.change(in_transaction)


def _exists(client_id: str) -> ClientExists:
    errors = [{"field": "id", "message": "is taken"}]
    return ClientExists(f"There is a client {client_id} already.", errors=errors)


def _joined(scopes: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(scopes))


def _set(row: ClientRow, change: Change) -> dict[str, Any]:
    """Set name, plan and scopes, and return which of them became what."""
    scopes = None if change.scopes is None else _joined(change.scopes)
    changed = {}
    for field, value in (("name", change.name), ("plan", change.plan), ("scopes", scopes)):
        if value is not None and value != (old := getattr(row, field)):
            changed[field] = {"from": old, "to": value}
            setattr(row, field, value)
    return changed


def _add_secret(session: Session, client_id: str, secret: str, now: datetime) -> str:
    """Add the secret, and return its id."""
    sha256 = hash_of(secret)
    row = ClientSecretRow(
        client_id=client_id, id=id_of(sha256), secret_sha256=sha256, created_at=now
    )
    session.add(row)
    session.flush()
    return row.id
