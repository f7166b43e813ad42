"""Before the first user: does the target answer, and does it know the client?"""

import base64
import json
import ssl
import urllib.error
import urllib.request
from typing import Any

from loadtest.checks import WrongAnswer, calendar_ids
from loadtest.tokens import Credentials, grant_of

TIMEOUT_SECONDS = 10.0


class NotReady(Exception):
    """There is nothing to measure; the message says what to do about it."""


def list_calendars(target: str, client: Credentials) -> list[str]:
    """Return the ids of all calendars at ``target``, asked with a token of ``client``.

    Raises NotReady when the target does not answer, refuses the client, or lists nothing.
    """
    pair = f"{client.client_id}:{client.client_secret}".encode()
    basic = {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
    form = b"grant_type=client_credentials"
    try:
        grant = grant_of(_fetch(f"{target}/oauth/token", basic, form))
        bearer = {"Authorization": f"Bearer {grant.access_token}"}
        return calendar_ids(_fetch(f"{target}/api/v1/calendars", bearer))
    except urllib.error.HTTPError as error:
        advice = f"; does the client {client.client_id!r} exist there?" if error.code < 500 else ""
        raise NotReady(f"{error.url} answers {error.code} {error.reason}{advice}") from error
    except (WrongAnswer, ValueError) as error:
        raise NotReady(f"{target} answers, but not as Fasti does: {error}") from error
    except OSError as error:
        raise NotReady(
            f"nothing answers at {target} ({error}); start a stack with `make up`, or name one"
            " with TARGET=http://host:port"
        ) from error


def _fetch(url: str, headers: dict[str, str], form: bytes | None = None) -> Any:
    """Return the parsed JSON at ``url``; a POST of ``form`` when one is given."""
    # As Locust's own users do: a local stack's certificate is signed by nobody.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(url, data=form, headers=headers)  # noqa: S310 - checked by options
    with urllib.request.urlopen(  # noqa: S310 - as above
        request, timeout=TIMEOUT_SECONDS, context=context
    ) as response:
        return json.load(response)
