"""`make token`: a bearer token of the demo client."""

import base64
import http.client
import json

from deploy.local.errors import StackError
from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK
from deploy.local.state import read_json
from deploy.local.status import running_stack

ANSWER_SECONDS = 10.0


def fetch_token(paths: Paths) -> str:
    """Return a fresh access token. Raises StackError when the stack is not running or refuses."""
    stack = running_stack(paths)
    client = read_json(paths.demo_client)
    if not client:
        raise StackError(f"{paths.demo_client} is missing. It is written again by: make down up")
    credentials = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode())
    connection = http.client.HTTPConnection(LOOPBACK, stack.ports["nginx"], timeout=ANSWER_SECONDS)
    try:
        connection.request(
            "POST",
            "/oauth/token",
            body="grant_type=client_credentials",
            headers={
                "Authorization": f"Basic {credentials.decode('ascii')}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise StackError(f"{stack.base_url} does not answer ({error}). See: make status") from error
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise StackError(
            f"No token was issued ({response.status}): {body.decode(errors='replace')}"
        )
    return str(json.loads(body)["access_token"])
