"""/api/v1/clients and /api/v1/audit-log: for those who run the service, by the scope ``admin``."""

from flask import Blueprint, Response

from app.auth.guard import require_scope
from app.auth.scopes import ADMIN_SCOPE

blueprint = Blueprint("admin", __name__, url_prefix="/api/v1")


@blueprint.before_request
def require_admin_scope() -> None:
    """Refuse everybody else. It counts: this runs after the limits."""
    require_scope(ADMIN_SCOPE)


@blueprint.after_request
def never_kept(response: Response) -> Response:
    """No cache is to hold who the clients are, and least of all their secrets."""
    response.headers["Cache-Control"] = "no-store"
    return response
