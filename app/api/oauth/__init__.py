"""/oauth and /.well-known: tokens given, ended and described, and the keys they verify by."""

from app.api.oauth import (  # noqa: F401 - they fill the blueprint
    introspect,
    key_set,
    metadata,
    revoke,
    token,
)
from app.api.oauth.blueprint import blueprint

__all__ = ["blueprint"]
