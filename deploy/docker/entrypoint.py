"""Entry point of the image: give the replica the name of its container, then become the command."""

import os
import socket
import sys
from pathlib import Path


def main() -> None:
    """Replace this process by the command in the arguments, so that it gets the signals itself.

    The replicas of one service share their environment; the host name is what tells them apart in
    health, heartbeats and logs.
    """
    os.environ.setdefault("FASTI_REPLICA", socket.gethostname())
    # The metrics open their files as they are imported, by a command of flask as by a server.
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the image's own command, and no shell


if __name__ == "__main__":
    main()
