"""The guard before every route: private unless the route says aloud that it is public."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from flask_jwt_extended import get_jwt, verify_jwt_in_request

from app.auth.client_directory import ClientDirectory
from app.auth.scopes import READ_SCOPE
from app.auth.token_shape import can_be_ours
from app.auth.tokens import Identity, identity_of
from app.errors.problems import DOES_NOT_VERIFY, InsufficientScope, InvalidToken
from app.store.breaker import DependencyDown

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Mark a view as open to everyone, without a token. Everything not marked is guarded."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., object]) -> bool:
    """True for a view that was marked ``public``."""
    return getattr(view, "is_public", False)


def anonymous(view: View) -> View:
    """Mark a view as open to everyone, without a token, within a limit per address."""
    view.is_anonymous = True  # type: ignore[attr-defined]
    return public(view)


def is_anonymous(view: Callable[..., object]) -> bool:
    """True for a view that was marked ``anonymous``."""
    return getattr(view, "is_anonymous", False)


def require_token(clients: ClientDirectory) -> None:
    """Refuse a request for a guarded route that has no valid token of a client in good standing.

    Raises what Flask-JWT-Extended's loaders answer as 401 problems; InvalidToken.
    """
    g.identity = None
    if request.endpoint is None or is_public(current_app.view_functions[request.endpoint]):
        return  # A path without a route is refused by the routing, with 404 or 405.
    if request.method == "OPTIONS":
        return  # Flask answers it with the methods of the route, and nothing else.
    _refuse_what_is_no_token()
    verify_jwt_in_request()
    g.identity = as_of_now(identity_of(get_jwt()), clients)


def as_of_now(told: Identity, clients: ClientDirectory) -> Identity:
    """Return what the client of a token may do at present: its own plan, and of the scopes of the
    token those that the client still has.

    Where the client cannot be asked about, the token is believed: it is signed by us, and was true
    when it was issued. Raises InvalidToken when the client is disabled or gone.
    """
    try:
        client = clients.current(told.client_id)
    except DependencyDown:
        return told
    if client is None or client.is_disabled:
        raise InvalidToken("The client of the token is disabled or gone.")
    return Identity(client.id, told.scopes.intersection(client.scopes), client.plan)


def require_scope(scope: str) -> None:
    """Refuse a token without ``scope``. It counts: this runs after the limits.

    Raises InsufficientScope.
    """
    identity = current_identity()
    if identity is not None and scope not in identity.scopes:
        raise InsufficientScope(scope)


def require_read_scope() -> None:
    """Refuse a token that may not ask about calendars, as ``require_scope`` does."""
    require_scope(READ_SCOPE)


def _refuse_what_is_no_token() -> None:
    """Let nothing reach the library but one token that can be ours, written as it wants it.

    A scheme is the same in either case (RFC 9110, section 11.1); the library takes one. A header
    sent twice arrives as one, with a comma between, and so is no token. Raises InvalidToken.
    """
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        request.environ.pop("HTTP_AUTHORIZATION", None)  # Another scheme is as good as none.
        return
    token = credentials.strip(" ")
    if not can_be_ours(token, current_app.config["FASTI_MAX_TOKEN_BYTES"]):
        raise InvalidToken(DOES_NOT_VERIFY)
    request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"


def current_identity() -> Identity | None:
    """Whom the request speaks for; None on a public route."""
    found: Identity | None = g.get("identity")
    return found
