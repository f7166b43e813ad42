"""HEALTHCHECK of the image: is this replica ready? Needs no tool that the image lacks."""

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 3.0


def main() -> int:
    """Return 0 when the replica says it is ready, degraded or not; else 1, with the reason."""
    port = os.environ.get("FASTI_BIND", "127.0.0.1:8000").rpartition(":")[2]
    url = f"http://127.0.0.1:{port}/health/ready"
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS):
            return 0
    except OSError as error:  # an HTTP error status is one of them
        sys.stderr.write(f"{url}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
