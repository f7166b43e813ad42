"""POST /oauth/revoke

Source: RFC 7009 (OAuth 2.0 Token Revocation, August 2013), section 2, read 2026-11-21.
"""

from flask import Response, request
from pydantic import BaseModel, Field

from app.api.documented import documented
from app.api.oauth.blueprint import WRONG_CLIENT, OAuthRefused, blueprint, refusal, uncached
from app.api.oauth.client_authentication import authenticated_client
from app.auth import auth
from app.auth.guard import public
from app.auth.verification import verified_claims
from app.observability import metrics

OF_ANOTHER = "The token was issued to another client."


class RevokeForm(BaseModel):
    """The token to end. A client names itself by HTTP Basic, or here."""

    token: str = Field(examples=["the token"])
    token_type_hint: str | None = Field(
        None,
        description="`access_token` or `refresh_token`. Not needed: they can be told apart.",
        examples=["access_token"],
    )
    client_id: str | None = Field(None, examples=["demo"])
    client_secret: str | None = Field(None, examples=["the secret of the client"])


REFUSALS = (
    refusal(OAuthRefused("invalid_request", "token is missing.")),
    refusal(OAuthRefused("invalid_grant", OF_ANOTHER)),
    WRONG_CLIENT,
)


@blueprint.post("/oauth/revoke")
@public
@documented(
    form=RevokeForm,
    problems=(413, 429, 503),
    errors=REFUSALS,
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
        raise OAuthRefused("invalid_grant", OF_ANOTHER)
    else:
        auth().revocations.revoke(claims["jti"], claims["exp"])
    metrics.TOKENS.labels("revoked").inc()
    return uncached(Response())
