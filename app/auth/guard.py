"""The guard before every route: private unless the route says aloud that it is public."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from flask_jwt_extended import get_jwt, verify_jwt_in_request

from app.auth.tokens import Identity, identity_of
from app.errors.problems import InsufficientScope

READ_SCOPE = "calendars:read"

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Mark a view as open to everyone, without a token. Everything not marked is guarded."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., object]) -> bool:
    """True for a view that was marked ``public``."""
    return getattr(view, "is_public", False)


def require_token() -> None:
    """Refuse a request for a guarded route that has no valid token with the scope to read.

    Raises what Flask-JWT-Extended's loaders answer as 401 problems, InsufficientScope for 403.
    """
    g.identity = None
    if request.endpoint is None or is_public(current_app.view_functions[request.endpoint]):
        return  # A path without a route is refused by the routing, with 404 or 405.
    if verify_jwt_in_request() is None:
        return  # OPTIONS: Flask answers it with the methods of the route, and nothing else.
    g.identity = identity_of(get_jwt())
    if READ_SCOPE not in g.identity.scopes:
        raise InsufficientScope(READ_SCOPE)


def current_identity() -> Identity | None:
    """Whom the request speaks for; None on a public route."""
    found: Identity | None = g.get("identity")
    return found
