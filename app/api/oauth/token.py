"""POST /oauth/token

Source: RFC 6749 (The OAuth 2.0 Authorization Framework, October 2012), sections 3.3, 4.4, 5.1 and
6, read 2026-11-21.
"""

from typing import Literal

from flask import Response, current_app, request
from pydantic import BaseModel, Field

from app.api.documented import documented
from app.api.oauth.blueprint import WRONG_CLIENT, OAuthRefused, blueprint, refusal, uncached
from app.api.oauth.client_authentication import authenticated_client
from app.auth import auth
from app.auth.clients import Client
from app.auth.guard import public
from app.auth.refresh import RefreshToken, ScopeWidened
from app.auth.scopes import OFFLINE_SCOPE, READ_SCOPE
from app.auth.tokens import issue_token
from app.json_response import json_response
from app.observability import metrics

GRANTS = "The grants here are client_credentials and refresh_token."
REFRESH_REFUSED = "The refresh token is spent, has ended, or is none of this client."


class TokenForm(BaseModel):
    """The form of the grant. A client names itself by HTTP Basic, or here."""

    grant_type: Literal["client_credentials", "refresh_token"] = Field(
        examples=["client_credentials"]
    )
    scope: str | None = Field(None, examples=[READ_SCOPE])
    refresh_token: str | None = Field(
        None, description="For the grant of that name.", examples=["the refresh token"]
    )
    client_id: str | None = Field(None, examples=["demo"])
    client_secret: str | None = Field(None, examples=["the secret of the client"])


class TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.", examples=[900])
    scope: str = Field(examples=[READ_SCOPE])
    refresh_token: str | None = Field(
        None, description="Where the scope offline_access is granted; good once."
    )


REFUSALS = (
    refusal(OAuthRefused("invalid_request", "grant_type is missing.")),
    refusal(OAuthRefused("invalid_grant", REFRESH_REFUSED)),
    refusal(OAuthRefused("unsupported_grant_type", GRANTS)),
    refusal(OAuthRefused("invalid_scope", "To be asked for: calendars:read.")),
    WRONG_CLIENT,
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
    """Give a client an access token for its id and secret, or for a refresh token of its own.

    Errors of the grant are those of RFC 6749: invalid_request, invalid_client, invalid_grant,
    unsupported_grant_type, invalid_scope.
    """
    client = authenticated_client()
    match request.form.get("grant_type"):
        case "client_credentials":
            return _grant(client)
        case "refresh_token":
            return _refresh(client)
        case None:
            raise OAuthRefused("invalid_request", "grant_type is missing.")
    raise OAuthRefused("unsupported_grant_type", GRANTS)


def _grant(client: Client) -> Response:
    """The scopes asked for, or all that the client may have when it asks for none (section 3.3).

    A refresh token is for those alone who ask for it.
    """
    unasked = (scope for scope in client.scopes if scope != OFFLINE_SCOPE)
    asked = _asked()
    if not set(asked) <= set(client.scopes):
        raise OAuthRefused("invalid_scope", f"To be asked for: {' '.join(client.scopes)}.")
    scopes = asked or tuple(unasked)
    refresh_token = None
    if OFFLINE_SCOPE in scopes:
        refresh_token = auth().refresh_tokens.start(client.id, scopes)
    metrics.TOKENS.labels("issued").inc()
    return _answer(client, scopes, refresh_token)


def _refresh(client: Client) -> Response:
    """The scopes asked for, which may be fewer, for this one access token (section 6)."""
    used = request.form.get("refresh_token")
    if used is None:
        raise OAuthRefused("invalid_request", "refresh_token is missing.")
    try:
        refresh_token = auth().refresh_tokens.rotate(used, client, _asked())
    except ScopeWidened as error:
        raise OAuthRefused("invalid_scope", str(error)) from error
    if refresh_token is None:
        raise OAuthRefused("invalid_grant", REFRESH_REFUSED)
    metrics.TOKENS.labels("refreshed").inc()
    return _answer(client, refresh_token.scopes, refresh_token)


def _answer(
    client: Client, scopes: tuple[str, ...], refresh_token: RefreshToken | None
) -> Response:
    lifetime_seconds = current_app.config["FASTI_ACCESS_TOKEN_SECONDS"]
    family = refresh_token.family if refresh_token else None
    body = {
        "access_token": issue_token(client, scopes, lifetime_seconds, family),
        "token_type": "Bearer",
        "expires_in": lifetime_seconds,
        "scope": " ".join(scopes),
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token.text
    return uncached(json_response(body))


def _asked() -> tuple[str, ...]:
    """The scopes that the form asks for, each once; none when it asks for none."""
    return tuple(dict.fromkeys(request.form.get("scope", "").split()))
