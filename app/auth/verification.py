"""Is a token that was handed to us in a form, and not in the header, good?"""

from typing import Any

import jwt
from flask import current_app
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from app.auth.revocation import Revocations
from app.auth.token_shape import can_be_ours
from app.auth.tokens import is_complete


def verified_claims(
    token: str, revocations: Revocations, *, even_if_revoked: bool = False
) -> dict[str, Any] | None:
    """Return the claims of an access token that is good now; None for every other text.

    even_if_revoked: return those of one that was revoked, too. Raises DependencyDown.
    """
    if not can_be_ours(token, current_app.config["FASTI_MAX_TOKEN_BYTES"]):
        return None
    try:
        claims: dict[str, Any] = decode_token(token)
    except (jwt.PyJWTError, JWTExtendedException):
        return None
    if not is_complete(claims) or (not even_if_revoked and revocations.refuses(claims)):
        return None
    return claims
