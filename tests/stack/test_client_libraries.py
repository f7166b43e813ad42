"""What others wrote works with our tokens, knowing nothing but the address."""

import json
import urllib.request
from typing import Any

import jwt
import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack


@pytest.fixture(scope="module")
def metadata(token_stack: RunningStack) -> dict[str, Any]:
    url = f"{token_stack.base_url}/.well-known/oauth-authorization-server"
    with urllib.request.urlopen(url) as response:  # noqa: S310 - our own stack
        found: dict[str, Any] = json.load(response)
    return found


@pytest.fixture(scope="module")
def credentials(token_stack: RunningStack) -> tuple[str, str]:
    """A client that may have refresh tokens."""
    done = token_stack.command(
        *("flask", "clients", "create", "--id", "library", "--name", "A library"),
        *("--scope", "calendars:read", "--scope", "offline_access"),
    )
    assert done.returncode == 0, done.stderr
    client = json.loads(done.stdout)
    token_stack.issued.append(client["client_secret"])
    return client["client_id"], client["client_secret"]


def test_the_metadata_is_as_rfc_8414_has_it(metadata: dict[str, Any]) -> None:
    """But for two members: Authlib wants a way to log in, and this stack speaks plain HTTP."""
    secure = json.loads(json.dumps(metadata).replace("http://", "https://"))
    AuthorizationServerMetadata(
        {
            **secure,
            "authorization_endpoint": f"{secure['issuer']}/",
            "response_types_supported": ["none"],
        }
    ).validate()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_uses_refreshes_and_revokes_a_token(
    token_stack: RunningStack,
    metadata: dict[str, Any],
    credentials: tuple[str, str],
    method: str,
) -> None:
    assert method in metadata["token_endpoint_auth_methods_supported"]
    question = f"{token_stack.base_url}{QUESTION}"
    with OAuth2Session(
        *credentials,
        scope="calendars:read offline_access",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    ) as session:
        first = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
        assert session.get(question).status_code == 200
        second = session.refresh_token(metadata["token_endpoint"])
        for answer in (first, second):
            token_stack.issued.extend((answer["access_token"], answer["refresh_token"]))
        assert second["refresh_token"] != first["refresh_token"]
        assert session.get(question).status_code == 200
        said = session.introspect_token(
            metadata["introspection_endpoint"], token=second["access_token"]
        ).json()
        assert (said["active"], said["client_id"]) == (True, "library")
        ended = session.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"])
        assert ended.status_code == 200
        eventually(lambda: session.get(question).status_code == 401, 1)


def test_pyjwt_verifies_a_token_by_the_key_set(
    token_stack: RunningStack, metadata: dict[str, Any]
) -> None:
    token = token_stack.ask_for_token().json()["access_token"]
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token, key, algorithms=["ES256"], audience="fasti", issuer=metadata["issuer"]
    )
    assert claims["client_id"] == "demo"
