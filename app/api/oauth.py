"""POST /oauth/token

Source: RFC 6749 (The OAuth 2.0 Authorization Framework, October 2012), sections 2.3.1, 4.4, 5.1
and 5.2, read 2026-11-21. Its error bodies are its own: ``{"error", "error_description"}``.
"""

import base64
from http import HTTPStatus
from typing import Literal
from urllib.parse import unquote_plus

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, Field

from app.api.documented import Refusal, documented
from app.auth import auth
from app.auth.guard import READ_SCOPE, public
from app.auth.tokens import issue_token
from app.json_response import json_response
from app.observability import metrics

blueprint = Blueprint("oauth", __name__)

FORM = "application/x-www-form-urlencoded"


class TokenForm(BaseModel):
    """The form of the grant. A client names itself by HTTP Basic, or here."""

    grant_type: Literal["client_credentials"]
    scope: str | None = Field(None, examples=[READ_SCOPE])
    client_id: str | None = Field(None, examples=["demo"])
    client_secret: str | None = Field(None, examples=["the secret of the client"])


class TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.", examples=[900])
    scope: str = Field(examples=[READ_SCOPE])


class TokenError(BaseModel):
    """RFC 6749, section 5.2."""

    error: str = Field(examples=["invalid_client"])
    error_description: str


class TokenRefused(Exception):
    """The grant is refused. ``error`` is one of the codes of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def _refusal(error: TokenRefused) -> Refusal:
    body = TokenError(error=error.error, error_description=error.description)
    return Refusal(error.status, error.error, body)


REFUSALS = (
    _refusal(TokenRefused("invalid_request", "grant_type is missing.")),
    _refusal(TokenRefused("unsupported_grant_type", "The one grant here is client_credentials.")),
    _refusal(TokenRefused("invalid_scope", "The client may ask for: calendars:read.")),
    _refusal(
        TokenRefused(
            "invalid_client", "The client or its secret is wrong.", HTTPStatus.UNAUTHORIZED
        )
    ),
)


@blueprint.post("/oauth/token")
@public
@documented(
    form=TokenForm,
    answers=TokenAnswer,
    problems=(413, 429, 503),
    errors=REFUSALS,
    guarded=False,
    tag="tokens",
)
def token() -> Response:
    """Give a client an access token for its id and secret.

    Errors of the grant are those of RFC 6749: invalid_request, invalid_client,
    unsupported_grant_type, invalid_scope.
    """
    _check_form()
    client_id, secret = _credentials()
    client = auth().clients.verify(client_id, secret)
    if client is None:
        raise TokenRefused(
            "invalid_client", "The client or its secret is wrong.", HTTPStatus.UNAUTHORIZED
        )
    scopes = _granted(request.form.get("scope", ""), client.scopes)
    lifetime_seconds = current_app.config["FASTI_ACCESS_TOKEN_SECONDS"]
    metrics.TOKENS.labels("issued").inc()
    return _uncached(
        json_response(
            {
                "access_token": issue_token(client, scopes, lifetime_seconds),
                "token_type": "Bearer",
                "expires_in": lifetime_seconds,
                "scope": " ".join(scopes),
            }
        )
    )


@blueprint.errorhandler(TokenRefused)
def refused(error: TokenRefused) -> Response:
    """Answer as section 5.2 says."""
    metrics.TOKENS.labels(error.error).inc()
    response = json_response(
        {"error": error.error, "error_description": error.description}, status=error.status
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="fasti"'
    return _uncached(response)


def _check_form() -> None:
    if request.mimetype != FORM:
        raise TokenRefused("invalid_request", f"The body must be {FORM}.")
    if any(len(values) > 1 for values in request.form.listvalues()):
        raise TokenRefused("invalid_request", "A parameter is given more than once.")
    grant_type = request.form.get("grant_type")
    if grant_type is None:
        raise TokenRefused("invalid_request", "grant_type is missing.")
    if grant_type != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "The one grant here is client_credentials.")


def _credentials() -> tuple[str, str]:
    """The client's id and secret: by HTTP Basic or in the body, and not both (section 2.3)."""
    header = request.headers.get("Authorization")
    in_body = request.form.get("client_id"), request.form.get("client_secret")
    if header is not None:
        if in_body[1] is not None:
            raise TokenRefused("invalid_request", "Credentials come in one way, not in two.")
        return _basic(header)
    if in_body[0] is None or in_body[1] is None:
        raise TokenRefused(
            "invalid_client", "Send the client by HTTP Basic or body.", HTTPStatus.UNAUTHORIZED
        )
    return in_body[0], in_body[1]


def _basic(header: str) -> tuple[str, str]:
    """Id and secret, each form-encoded within the Basic credentials (section 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError as error:  # of base64, or of UTF-8
        raise TokenRefused(
            "invalid_client", "The credentials are not readable.", HTTPStatus.UNAUTHORIZED
        ) from error
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise TokenRefused("invalid_client", "HTTP Basic is needed.", HTTPStatus.UNAUTHORIZED)
    return unquote_plus(client_id), unquote_plus(secret)


def _granted(asked: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes asked for, or all that the client may have when it asks for none (section 3.3)."""
    scopes = tuple(dict.fromkeys(asked.split()))
    if not set(scopes) <= set(allowed):
        raise TokenRefused("invalid_scope", f"The client may ask for: {' '.join(allowed)}.")
    return scopes or allowed


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
