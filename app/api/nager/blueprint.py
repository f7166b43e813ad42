"""The blueprint of both versions, which their modules fill."""

from flask import Blueprint

from app.api.data_version import say_version

PREFIXES = ("/api/v3", "/api/v4")

blueprint = Blueprint("nager", __name__, url_prefix="/api")
say_version(blueprint)
