"""/oauth and /.well-known: tokens given, ended and described, and the keys they verify by."""

from app.api.oauth import key_set, token  # noqa: F401 - they fill the blueprint
from app.api.oauth.blueprint import blueprint

__all__ = ["blueprint"]
