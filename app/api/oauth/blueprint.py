"""The blueprint of the OAuth endpoints, and their refusals, which are not problems.

Source: RFC 6749 (The OAuth 2.0 Authorization Framework, October 2012), section 5.2, read
2026-11-21: an error body is ``{"error", "error_description"}``. RFC 7009 and 7662 take it over.
"""

from http import HTTPStatus

from flask import Blueprint, Response
from pydantic import BaseModel, Field

from app.api.documented import Refusal
from app.json_response import json_response
from app.observability import metrics

blueprint = Blueprint("oauth", __name__)

FORM = "application/x-www-form-urlencoded"


class OAuthError(BaseModel):
    """RFC 6749, section 5.2."""

    error: str = Field(examples=["invalid_client"])
    error_description: str


class OAuthRefused(Exception):
    """The request is refused. ``error`` is one of the codes of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def refusal(error: OAuthRefused) -> Refusal:
    """One way to be refused, by its example, for the documentation."""
    body = OAuthError(error=error.error, error_description=error.description)
    return Refusal(int(error.status), error.error, body)


class InvalidClient(OAuthRefused):
    """Who asks is not known, or does not prove it."""

    def __init__(self, description: str) -> None:
        super().__init__("invalid_client", description, HTTPStatus.UNAUTHORIZED)


WRONG_CLIENT = refusal(InvalidClient("The client or its secret is wrong."))


@blueprint.errorhandler(OAuthRefused)
def refused(error: OAuthRefused) -> Response:
    """Answer as section 5.2 says."""
    metrics.TOKENS.labels(error.error).inc()
    response = json_response(
        {"error": error.error, "error_description": error.description}, status=error.status
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="fasti"'
    return uncached(response)


def uncached(response: Response) -> Response:
    """Let nobody keep what holds a token, or tells of one."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
