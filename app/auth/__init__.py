"""Who asks: clients, their tokens, and the guard before every route that is not public."""

from dataclasses import dataclass
from functools import partial

from flask import Flask, current_app

from app.auth import guard, jwt_manager
from app.auth.bearers import Bearers
from app.auth.client_directory import ClientDirectory
from app.auth.client_registry import ClientRegistry
from app.auth.keys import KeyRing
from app.auth.last_use import FLUSH_SECONDS, LastUse
from app.auth.refresh import RefreshTokens
from app.auth.remembered_clients import RememberedClients
from app.auth.revocation import Revocations
from app.auth.revoked_file import RevokedFile
from app.auth.verified_tokens import VerifiedTokens
from app.auth.wrong_secrets import WrongSecrets
from app.settings import Settings
from app.store import EXTENSION as STORE
from app.store import Store

EXTENSION = "fasti.auth"
KEYS_SECONDS = 1.0  # Between two looks at the directory: a new key verifies so soon everywhere.


@dataclass(frozen=True, slots=True)
class Auth:
    """The parts of this room that one application uses. bearers: knows them by their tokens;
    clients: finds them; registry: changes them.
    """

    bearers: Bearers
    clients: ClientDirectory
    registry: ClientRegistry
    keys: KeyRing
    revocations: Revocations
    refresh_tokens: RefreshTokens
    wrong_secrets: WrongSecrets


def init_app(app: Flask, settings: Settings) -> None:
    """Verify tokens, and refuse whoever has none. Before the limits, which need to know who."""
    store: Store = app.extensions[STORE]
    last_use = LastUse(store.sql)
    store.prober.add(last_use.flush, FLUSH_SECONDS)
    remembered = RememberedClients(store.redis)
    clients = ClientDirectory(store, remembered, last_use)
    keys = KeyRing(
        settings.signing_keys_directory,
        settings.key_published_seconds,
        settings.access_token_seconds,
    )
    store.prober.add(keys.refresh, KEYS_SECONDS)
    revocations = Revocations(store, RevokedFile(settings.state_directory))
    refresh_tokens = RefreshTokens(
        store,
        revocations,
        family_seconds=settings.refresh_token_seconds,
        grace_seconds=settings.refresh_grace_seconds,
        access_seconds=settings.access_token_seconds,
    )
    verified = VerifiedTokens(keys, revocations, settings.clock_skew_seconds)
    bearers = Bearers(verified, clients, last_use)
    app.extensions[EXTENSION] = Auth(
        bearers,
        clients,
        ClientRegistry(store, remembered),
        keys,
        revocations,
        refresh_tokens,
        WrongSecrets(store),
    )
    jwt_manager.init_app(app, settings, keys, revocations)

    app.before_request(partial(guard.require_token, bearers))


def auth() -> Auth:
    """The auth of the current application."""
    found: Auth = current_app.extensions[EXTENSION]
    return found
