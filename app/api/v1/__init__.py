"""/api/v1: calendars, holidays, days, business days, long weekends, settlement, batches."""

from flask import Blueprint

from app.api.data_version import say_version
from app.auth.guard import require_read_scope

blueprint = Blueprint("v1", __name__, url_prefix="/api/v1")
blueprint.before_request(require_read_scope)
say_version(blueprint)
