"""Clients and audit entries as JSON, by HTTP and on the command line."""

from datetime import datetime
from typing import Any

from pydantic import Field
from pydantic.config import JsonDict

from app.api.bodies import Answer
from app.api.json_body import Body
from app.auth.audit import Entry
from app.auth.client_details import ClientDetails, NewSecret
from app.auth.client_rules import MAX_ENDS_IN_SECONDS, MAX_NAME_CHARACTERS
from app.auth.clients import CLIENT_ID, DEFAULT_PLAN
from app.auth.scopes import READ_SCOPE, SCOPES


class SecretAnswer(Answer):
    """A live secret, without itself."""

    id: str = Field(examples=["9f86d081"], description="First digits of its SHA-256.")
    created_at: datetime
    ends_at: datetime | None = Field(description="null: when it is ended.")


class ClientAnswer(Answer):
    """A client. Times are in UTC; last_used_at is to the minute."""

    id: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme Inc."])
    plan: str = Field(examples=[DEFAULT_PLAN])
    scopes: tuple[str, ...] = Field(examples=[[READ_SCOPE]])
    created_at: datetime
    last_used_at: datetime | None
    disabled_at: datetime | None
    secrets: tuple[SecretAnswer, ...] = Field(description="The live ones, at most two.")

    @classmethod
    def of(cls, client: ClientDetails) -> "ClientAnswer":
        """The answer for a client."""
        return cls(**_fields(client))


class NewSecretAnswer(ClientAnswer):
    """The client, and the secret it was just given, which no later answer tells."""

    secret_id: str = Field(examples=["9f86d081"])
    client_secret: str

    @classmethod
    def of_new(cls, new: NewSecret) -> "NewSecretAnswer":
        """The answer that hands out a secret."""
        return cls(**_fields(new.client), secret_id=new.secret_id, client_secret=new.secret)


class ClientsAnswer(Answer):
    """A page of clients, by id."""

    clients: list[ClientAnswer]
    next_after: str | None = Field(description="`after` of the next page; null on the last.")


NAME: JsonDict = {"minLength": 1, "maxLength": MAX_NAME_CHARACTERS}
SCOPE_LIST: JsonDict = {"minItems": 1, "items": {"type": "string", "enum": list(SCOPES)}}
"""For the documentation alone: what no client can be is refused with 422, by the rules of auth."""


class NewClientBody(Body):
    """A client that is to be."""

    id: str = Field(
        examples=["globex"],
        description="1 to 64 letters, digits, dots, dashes, `_`.",
        json_schema_extra={"pattern": f"^{CLIENT_ID.pattern}$"},
    )
    name: str = Field(examples=["Globex"], json_schema_extra=NAME)
    plan: str = Field(DEFAULT_PLAN, examples=[DEFAULT_PLAN])
    scopes: list[str] = Field([READ_SCOPE], examples=[[READ_SCOPE]], json_schema_extra=SCOPE_LIST)


class ChangeBody(Body):
    """What is to be otherwise; what is left out or null stays as it is."""

    name: str | None = Field(None, examples=["Acme Ltd."], json_schema_extra=NAME)
    plan: str | None = Field(None, examples=[DEFAULT_PLAN])
    scopes: list[str] | None = Field(None, examples=[[READ_SCOPE]], json_schema_extra=SCOPE_LIST)
    disabled: bool | None = Field(None, examples=[True])


class RotateBody(Body):
    """How long the secret that stays is good for."""

    ends_in_seconds: int | None = Field(
        None,
        examples=[86_400],
        description="0 ends it at once; null leaves it until it is ended.",
        json_schema_extra={"minimum": 0, "maximum": MAX_ENDS_IN_SECONDS},
    )


class EntryAnswer(Answer):
    """An entry of the audit log."""

    id: int
    at: datetime
    actor: str = Field(description="A client, or `cli:` and a user of the system.")
    action: str = Field(examples=["client.disabled"])
    subject: str = Field(description="The client, or whatever else, that was acted upon.")
    address: str | None
    request_id: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> "EntryAnswer":
        """The answer for an entry."""
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            address=entry.address,
            request_id=entry.request_id,
            details=dict(entry.details),
        )


class AuditLogAnswer(Answer):
    """A page of entries, the oldest first."""

    entries: list[EntryAnswer]
    next_after: int | None = Field(
        description="`after` of the next page; null where there was no more when it was asked."
    )


def _fields(client: ClientDetails) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "plan": client.plan,
        "scopes": client.scopes,
        "created_at": client.created_at,
        "last_used_at": client.last_used_at,
        "disabled_at": client.disabled_at,
        "secrets": tuple(
            SecretAnswer(id=each.id, created_at=each.created_at, ends_at=each.ends_at)
            for each in client.secrets
        ),
    }
