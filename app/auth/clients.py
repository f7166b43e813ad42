"""A client as the rest of Fasti sees it."""

import re
from dataclasses import dataclass

from app.store.models import ClientRow

CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
DEFAULT_PLAN = "standard"


@dataclass(frozen=True, slots=True)
class Client:
    """What a client may do at present. plan: the name of its plan."""

    id: str
    scopes: tuple[str, ...]
    plan: str
    is_disabled: bool


def client_of(row: ClientRow) -> Client:
    """Return the client that ``row`` describes."""
    return Client(row.id, tuple(row.scopes.split()), row.plan, row.disabled_at is not None)
