"""GET /.well-known/oauth-authorization-server

Source: RFC 8414 (OAuth 2.0 Authorization Server Metadata, June 2018), sections 2 and 3, read
2026-11-21.
"""

from flask import Response, current_app
from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.oauth.blueprint import blueprint, uncached
from app.auth.guard import public
from app.auth.scopes import SCOPES

AUTHENTICATION_METHODS = ["client_secret_basic", "client_secret_post"]


class Metadata(Answer):
    """Where a client library finds everything, and what it may ask for."""

    issuer: str = Field(examples=["https://fasti.example"])
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str
    introspection_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str] = Field(description="None: nobody logs in here.")
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    service_documentation: str


@blueprint.get("/.well-known/oauth-authorization-server")
@public
@documented(answers=Metadata, conditional=False, guarded=False, tag="tokens")
def metadata() -> Response:
    """Answer where tokens are given, ended and described, and where their keys are."""
    issuer = current_app.config["JWT_ENCODE_ISSUER"]
    base = issuer.rstrip("/")
    described = Metadata(
        issuer=issuer,
        token_endpoint=f"{base}/oauth/token",
        jwks_uri=f"{base}/.well-known/jwks.json",
        revocation_endpoint=f"{base}/oauth/revoke",
        introspection_endpoint=f"{base}/oauth/introspect",
        scopes_supported=list(SCOPES),
        response_types_supported=[],
        grant_types_supported=["client_credentials", "refresh_token"],
        token_endpoint_auth_methods_supported=AUTHENTICATION_METHODS,
        revocation_endpoint_auth_methods_supported=AUTHENTICATION_METHODS,
        introspection_endpoint_auth_methods_supported=AUTHENTICATION_METHODS,
        service_documentation=f"{base}/docs",
    )
    return uncached(Response(described.to_json(), content_type="application/json"))
