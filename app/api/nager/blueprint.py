"""The blueprint of both versions, which their modules fill."""

from flask import Blueprint

PREFIXES = ("/api/v3", "/api/v4")

blueprint = Blueprint("nager", __name__, url_prefix="/api")
