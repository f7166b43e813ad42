"""POST /oauth/token

Source: RFC 6749 (The OAuth 2.0 Authorization Framework, October 2012), sections 3.3, 4.4 and 5.1,
read 2026-11-21.
"""

from typing import Literal

from flask import Response, current_app, request
from pydantic import BaseModel, Field

from app.api.documented import documented
from app.api.oauth.blueprint import OAuthError, OAuthRefused, blueprint, uncached
from app.api.oauth.client_authentication import authenticated_client
from app.auth.guard import READ_SCOPE, public
from app.auth.tokens import issue_token
from app.json_response import json_response
from app.observability import metrics


class TokenForm(BaseModel):
    """The form of the grant. A client names itself by HTTP Basic, or here."""

    grant_type: Literal["client_credentials"]
    scope: str | None = Field(None, examples=[READ_SCOPE])
    client_id: str | None = None
    client_secret: str | None = None


class TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.", examples=[900])
    scope: str = Field(examples=[READ_SCOPE])


@blueprint.post("/oauth/token")
@public
@documented(
    form=TokenForm,
    answers=TokenAnswer,
    problems=(429, 503),
    errors={400: OAuthError, 401: OAuthError},
    guarded=False,
    tag="tokens",
)
def token() -> Response:
    """Give a client an access token for its id and secret.

    Errors of the grant are those of RFC 6749: invalid_request, invalid_client,
    unsupported_grant_type, invalid_scope.
    """
    client = authenticated_client()
    _check_grant_type()
    scopes = _granted(request.form.get("scope", ""), client.scopes)
    lifetime_seconds = current_app.config["FASTI_ACCESS_TOKEN_SECONDS"]
    metrics.TOKENS.labels("issued").inc()
    return uncached(
        json_response(
            {
                "access_token": issue_token(client, scopes, lifetime_seconds),
                "token_type": "Bearer",
                "expires_in": lifetime_seconds,
                "scope": " ".join(scopes),
            }
        )
    )


def _check_grant_type() -> None:
    grant_type = request.form.get("grant_type")
    if grant_type is None:
        raise OAuthRefused("invalid_request", "grant_type is missing.")
    if grant_type != "client_credentials":
        raise OAuthRefused("unsupported_grant_type", "The one grant here is client_credentials.")


def _granted(asked: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes asked for, or all that the client may have when it asks for none (section 3.3)."""
    scopes = tuple(dict.fromkeys(asked.split()))
    if not set(scopes) <= set(allowed):
        raise OAuthRefused("invalid_scope", f"The client may ask for: {' '.join(allowed)}.")
    return scopes or allowed
