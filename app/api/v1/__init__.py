"""/api/v1: the calendars, their holidays, their days, and business-day arithmetic."""

from flask import Blueprint

blueprint = Blueprint("v1", __name__, url_prefix="/api/v1")
