"""Who asks at an OAuth endpoint: the client's id and secret, by HTTP Basic or in the form.

Source: RFC 6749, sections 2.3.1 and 3.2, read 2026-11-21.
"""

import base64
from urllib.parse import unquote_plus

from flask import request

from app.api.oauth.blueprint import FORM, InvalidClient, OAuthRefused
from app.auth import auth
from app.auth.clients import Client
from app.errors.problems import RateLimited
from app.limits.networks import network_of
from app.limits.token_requests import charge_token_request
from app.observability import metrics


def authenticated_client() -> Client:
    """Return the client that the request proves to come from.

    Raises OAuthRefused for a body that is no form with each parameter once, InvalidClient,
    RateLimited, DependencyDown. An unknown client is refused as a wrong secret is, and as soon.
    """
    _check_form()
    client_id, secret = _credentials()
    wrong_secrets, address = auth().wrong_secrets, network_of(request.remote_addr or "")
    if wait := wrong_secrets.wait_seconds(client_id, address):
        metrics.count_limited("secret")
        raise RateLimited(
            f"Too many wrong secrets of this client from this address; wait {wait} seconds.",
            wait,
            plan="token",
            policy="wrong-secrets",
        )
    client = auth().clients.verify(client_id, secret)
    if client is None:
        wrong_secrets.failed(client_id, address)
        raise InvalidClient("The client or its secret is wrong.")
    wrong_secrets.succeeded(client_id, address)
    charge_token_request(client.id)
    return client


def _check_form() -> None:
    if request.mimetype != FORM:
        raise OAuthRefused("invalid_request", f"The body must be {FORM}.")
    if any(len(values) > 1 for values in request.form.listvalues()):
        raise OAuthRefused("invalid_request", "A parameter is given more than once.")


def _credentials() -> tuple[str, str]:
    """The client's id and secret, given in one way and not in both (section 2.3)."""
    header = request.headers.get("Authorization")
    in_body = request.form.get("client_id"), request.form.get("client_secret")
    if header is not None:
        if in_body[1] is not None:
            raise OAuthRefused("invalid_request", "Credentials come in one way, not in two.")
        return _basic(header)
    if in_body[0] is None or in_body[1] is None:
        raise InvalidClient("Send the client by HTTP Basic or body.")
    return in_body[0], in_body[1]


def _basic(header: str) -> tuple[str, str]:
    """Id and secret, each form-encoded within the Basic credentials (section 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError as error:  # of base64, or of UTF-8
        raise InvalidClient("The credentials are not readable.") from error
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient("HTTP Basic is needed.")
    return unquote_plus(client_id), unquote_plus(secret)
