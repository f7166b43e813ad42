"""POST /oauth/revoke

Source: RFC 7009 (OAuth 2.0 Token Revocation, August 2013), section 2, read 2026-11-21.
"""

from typing import Literal

from flask import Response, request
from pydantic import BaseModel, Field

from app.api.documented import documented
from app.api.oauth.blueprint import OAuthError, OAuthRefused, blueprint, uncached
from app.api.oauth.client_authentication import authenticated_client
from app.auth import auth
from app.auth.guard import public
from app.auth.verification import verified_claims
from app.observability import metrics


class RevokeForm(BaseModel):
    """The token to end. A client names itself by HTTP Basic, or here."""

    token: str
    token_type_hint: Literal["access_token", "refresh_token"] | None = Field(
        None, description="Not needed: they can be told apart."
    )
    client_id: str | None = None
    client_secret: str | None = None


@blueprint.post("/oauth/revoke")
@public
@documented(
    form=RevokeForm,
    problems=(429, 503),
    errors={400: OAuthError, 401: OAuthError},
    empty=(200,),
    guarded=False,
    tag="tokens",
)
def revoke() -> Response:
    """End an access token, or a refresh token with all that came of its grant.

    Every worker refuses it within a second. 200, without a body, for a token that is good no more
    or never was; 503 where not every worker could be told: ask again.
    """
    client = authenticated_client()
    token = request.form.get("token")
    if token is None:
        raise OAuthRefused("invalid_request", "token is missing.")
    claims = verified_claims(token, auth().revocations, even_if_revoked=True)
    if claims is None:
        auth().refresh_tokens.revoke(token, client.id)
    elif claims["client_id"] != client.id:
        raise OAuthRefused("invalid_grant", "The token was issued to another client.")
    else:
        auth().revocations.revoke(claims["jti"], claims["exp"])
    metrics.TOKENS.labels("revoked").inc()
    return uncached(Response())
