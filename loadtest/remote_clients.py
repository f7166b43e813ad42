"""The clients of a load test on a Fasti elsewhere: made by its public administration API."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loadtest.clients_file import write_clients
from loadtest.preflight import NotReady, Service
from loadtest.roles import NAME, clients_by_role, plan_of
from loadtest.tokens import Credentials

ADMIN_SCOPE = "admin"
SCOPES = ["calendars:read"]


def clients_of(target: str, client: Credentials, count: int, directory: Path) -> Path:
    """Return a file of clients at ``target``: about ``count`` new ones when ``client`` may make
    them, else ``client`` alone, who then plays every part.

    The secrets of those that were made are kept in ``directory`` and used again. Raises NotReady
    when the target does not answer or refuses.
    """
    service = Service(target, client)
    place = urlsplit(target).netloc.replace(":", "-")
    path = directory / f"clients-{place}.json"
    if ADMIN_SCOPE not in service.scopes:
        alone = {"client_id": client.client_id, "client_secret": client.client_secret}
        return write_clients(path, [alone])
    kept = _kept(path)
    entries = []
    for client_id, role in clients_by_role(count).items():
        secret = kept.get(client_id)
        if secret is None or not _works(target, Credentials(client_id, secret)):
            secret = _make(service, client_id, role)
        entries.append({"client_id": client_id, "client_secret": secret, "role": role})
    return write_clients(path, entries)


def _kept(path: Path) -> dict[str, str]:
    """Return the secrets of an earlier run, by client."""
    try:
        entries: Any = json.loads(path.read_text(encoding="utf-8"))
        return {entry["client_id"]: entry["client_secret"] for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _works(target: str, client: Credentials) -> bool:
    try:
        Service(target, client)
    except NotReady:
        return False
    return True


def _make(service: Service, client_id: str, role: str) -> str:
    """Return a secret of ``client_id``, which is added where it does not exist."""
    if service.status_of(f"/api/v1/clients/{client_id}") == 200:
        made = service.post(f"/api/v1/clients/{client_id}/secrets", {"ends_in_seconds": 0})
    else:
        body = {"id": client_id, "name": NAME, "plan": plan_of(role), "scopes": SCOPES}
        made = service.post("/api/v1/clients", body)
    return str(made["client_secret"])
