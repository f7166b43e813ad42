"""POST /oauth/introspect

Source: RFC 7662 (OAuth 2.0 Token Introspection, October 2015), section 2, read 2026-11-21.
"""

from typing import Any, Literal

from flask import Response, request
from pydantic import BaseModel, Field

from app.api.documented import documented
from app.api.oauth.blueprint import WRONG_CLIENT, OAuthRefused, blueprint, refusal, uncached
from app.api.oauth.client_authentication import authenticated_client
from app.auth import auth
from app.auth.guard import public
from app.auth.scopes import ADMIN_SCOPE, READ_SCOPE
from app.auth.verification import verified_claims
from app.json_response import json_response
from app.observability import metrics

CLAIMS = ("scope", "client_id", "sub", "aud", "iss", "exp", "iat", "nbf", "jti")


class IntrospectForm(BaseModel):
    """The token to ask about. A client names itself by HTTP Basic, or here."""

    token: str = Field(examples=["the token"])
    token_type_hint: str | None = Field(
        None,
        description="`access_token` or `refresh_token`. Not needed: they can be told apart.",
        examples=["access_token"],
    )
    client_id: str | None = Field(None, examples=["demo"])
    client_secret: str | None = Field(None, examples=["the secret of the client"])


class Introspection(BaseModel):
    """RFC 7662, section 2.2. Of a token that is not good there is ``active`` alone."""

    active: bool
    scope: str | None = Field(None, examples=[READ_SCOPE])
    client_id: str | None = None
    token_type: Literal["Bearer"] | None = Field(None, description="Of an access token.")
    exp: int | None = Field(None, description="Unix time.")
    iat: int | None = Field(None, description="Unix time.")
    nbf: int | None = Field(None, description="Unix time.")
    sub: str | None = None
    aud: str | None = None
    iss: str | None = None
    jti: str | None = None


REFUSALS = (
    refusal(OAuthRefused("invalid_request", "token is missing.")),
    WRONG_CLIENT,
)


@blueprint.post("/oauth/introspect")
@public
@documented(
    form=IntrospectForm,
    answers=Introspection,
    problems=(413, 429, 503),
    errors=REFUSALS,
    guarded=False,
    tag="tokens",
)
def introspect() -> Response:
    """Say whether a token is good now, and for what.

    A client may ask about its own; one with the scope `admin` about all. Any other token is
    answered as one that is not good.
    """
    client = authenticated_client()
    token = request.form.get("token")
    if token is None:
        raise OAuthRefused("invalid_request", "token is missing.")
    metrics.TOKENS.labels("introspected").inc()
    found = _access_token(token) or _refresh_token(token)
    may_know = found and (found["client_id"] == client.id or ADMIN_SCOPE in client.scopes)
    if not (found and may_know and _is_served(found["client_id"])):
        return uncached(json_response({"active": False}))
    return uncached(json_response({"active": True, **found}))


def _is_served(client_id: str) -> bool:
    """False for a client that is disabled or gone: the guard refuses its tokens."""
    owner = auth().clients.current(client_id)
    return owner is not None and not owner.is_disabled


def _access_token(token: str) -> dict[str, Any] | None:
    claims = verified_claims(token, auth().revocations)
    if claims is None:
        return None
    return {"token_type": "Bearer"} | {name: claims[name] for name in CLAIMS if name in claims}


def _refresh_token(token: str) -> dict[str, Any] | None:
    family = auth().refresh_tokens.find(token)
    if family is None:
        return None
    return {
        "scope": " ".join(family.scopes),
        "client_id": family.client_id,
        "sub": family.client_id,
        "exp": family.expires_at,
        "iat": family.issued_at,
    }
