"""The guard before every route: private unless the route says aloud that it is public."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from flask_jwt_extended import get_jwt, get_jwt_header, verify_jwt_in_request

from app.auth.bearers import Bearers, token_of
from app.auth.scopes import READ_SCOPE
from app.auth.token_shape import can_be_ours
from app.auth.tokens import Identity
from app.errors.problems import DOES_NOT_VERIFY, InsufficientScope, InvalidToken

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


def require_token(bearers: Bearers) -> None:
    """Refuse a request for a guarded route that has no valid token of a client in good standing.

    Raises what Flask-JWT-Extended's loaders answer as 401 problems; InvalidToken.
    """
    g.identity = None
    endpoint = request.endpoint
    if endpoint is None or is_public(current_app.view_functions[endpoint]):
        return  # A path without a route is refused by the routing, with 404 or 405.
    if request.method == "OPTIONS":
        return  # Flask answers it with the methods of the route, and nothing else.
    token = token_of(request.environ.get("HTTP_AUTHORIZATION", ""))
    if token is not None and (known := bearers.known(token)) is not None:
        g.identity = known
        return
    _let_the_library_see(token)
    verify_jwt_in_request()
    g.identity = bearers.verified(str(token), get_jwt_header()["kid"], g.verifying_key, get_jwt())


def require_scope(scope: str) -> None:
    """Refuse a token without ``scope``. It counts: this runs after the limits.

    The gate asks for the same before it gives the answer again. Raises InsufficientScope.
    """
    g.required_scopes = required_scopes() | {scope}
    identity = current_identity()
    if identity is not None and scope not in identity.scopes:
        raise InsufficientScope(scope)


def required_scopes() -> frozenset[str]:
    """The scopes that the request was found to need so far."""
    found: frozenset[str] = g.get("required_scopes", frozenset())
    return found


def require_read_scope() -> None:
    """Refuse a token that may not ask about calendars, as ``require_scope`` does."""
    require_scope(READ_SCOPE)


def _let_the_library_see(token: str | None) -> None:
    """Let nothing reach it but one token that can be ours, written as it wants it.

    None: there is none. Raises InvalidToken.
    """
    if token is None:
        request.environ.pop("HTTP_AUTHORIZATION", None)  # Another scheme is as good as none.
        return
    if not can_be_ours(token, current_app.config["FASTI_MAX_TOKEN_BYTES"]):
        raise InvalidToken(DOES_NOT_VERIFY)
    request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"


def current_identity() -> Identity | None:
    """Whom the request speaks for; None on a public route."""
    found: Identity | None = g.get("identity")
    return found
