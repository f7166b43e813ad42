"""Prints one bearer token of the demo client, and nothing else, from inside a container."""

import base64
import json
import os
import sys
import urllib.request
from pathlib import Path

TIMEOUT_SECONDS = 10.0


def main() -> None:
    """Ask this replica's token endpoint, with the credentials that the first run left behind."""
    path = Path(os.environ["FASTI_SECRETS_DIRECTORY"]) / "demo-client.json"
    client = json.loads(path.read_text(encoding="utf-8"))
    pair = f"{client['client_id']}:{client['client_secret']}".encode()
    port = os.environ.get("FASTI_BIND", "127.0.0.1:8000").rpartition(":")[2]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/oauth/token",
        data=b"grant_type=client_credentials",
        headers={"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - an http URL
        sys.stdout.write(json.load(response)["access_token"] + "\n")


if __name__ == "__main__":
    main()
