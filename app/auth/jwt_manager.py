"""Flask-JWT-Extended, set up for ES256 access tokens, each of its refusals a 401 problem."""

from typing import Any

import jwt
from flask import Flask, Response, g
from flask_jwt_extended import JWTManager

from app.auth.keys import KeyRing
from app.auth.revocation import Revocations
from app.auth.token_shape import ALGORITHM, TOKEN_TYPE
from app.auth.tokens import is_complete
from app.errors.problems import DOES_NOT_VERIFY, InvalidToken, Unauthorized
from app.settings import Settings


def init_app(app: Flask, settings: Settings, keys: KeyRing, revocations: Revocations) -> None:
    """Pin the algorithm, look up keys among ours alone, and answer refusals as problems."""
    app.config.update(
        JWT_ALGORITHM=ALGORITHM,
        JWT_DECODE_ALGORITHMS=[ALGORITHM],
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ENCODE_ISSUER=settings.issuer,
        JWT_DECODE_ISSUER=settings.issuer,
        JWT_ENCODE_AUDIENCE=settings.audience,
        JWT_DECODE_AUDIENCE=settings.audience,
        JWT_DECODE_LEEWAY=settings.clock_skew_seconds,
        FASTI_MAX_TOKEN_BYTES=settings.max_token_bytes,
        JWT_COOKIE_CSRF_PROTECT=False,  # No cookies: it would put a claim into every token.
    )
    manager = JWTManager(app)

    @manager.additional_headers_loader
    def token_header(_identity: str) -> dict[str, str]:
        # Asked for before the key: both are of one, though another may begin to sign in between.
        g.signing_key = keys.signing_key
        return {"kid": g.signing_key.id, "typ": TOKEN_TYPE}

    @manager.encode_key_loader
    def signing_key(_identity: str) -> Any:
        return g.signing_key.private

    @manager.decode_key_loader
    def verifying_key(header: dict[str, Any], _claims: dict[str, Any]) -> Any:
        key = keys.public_key(header["kid"])
        if key is None:
            raise jwt.InvalidTokenError("unknown kid")
        g.verifying_key = key
        return key

    @manager.token_verification_loader
    def has_every_claim(_header: dict[str, Any], claims: dict[str, Any]) -> bool:
        return is_complete(claims)

    @manager.token_in_blocklist_loader
    def is_revoked(_header: dict[str, Any], claims: dict[str, Any]) -> bool:
        return revocations.refuses(claims)

    @manager.revoked_token_loader
    def revoked(_header: dict[str, Any], _claims: dict[str, Any]) -> Response:
        return InvalidToken("The token has been revoked; ask for a new one.").response()

    @manager.unauthorized_loader
    def no_token(_reason: str) -> Response:
        return Unauthorized(
            "Send the header `Authorization: Bearer <token>`; POST /oauth/token gives one."
        ).response()

    @manager.expired_token_loader
    def expired(_header: dict[str, Any], _claims: dict[str, Any]) -> Response:
        return InvalidToken("The token has expired; ask for a new one.").response()

    @manager.invalid_token_loader
    def invalid(_reason: str) -> Response:
        return InvalidToken(DOES_NOT_VERIFY).response()

    @manager.token_verification_failed_loader
    def incomplete(_header: dict[str, Any], _claims: dict[str, Any]) -> Response:
        return InvalidToken(DOES_NOT_VERIFY).response()
