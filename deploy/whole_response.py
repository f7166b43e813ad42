"""An answer that leaves the replica in one piece."""

from typing import Any

from gunicorn.http import wsgi


class WholeResponse(wsgi.Response):  # type: ignore[misc]
    """Sends the head of an answer together with its body.

    gunicorn sends them one after the other. A worker that is killed between the two leaves a 200
    without its body, and a load balancer that has read the head may not ask another replica.
    """

    sock: Any

    def write(self, arg: bytes) -> None:
        """Send ``arg``, with the head before it when that is not out yet."""
        if self.headers_sent:
            super().write(arg)
            return
        socket, self.sock = self.sock, _Held()
        try:
            super().write(arg)
        finally:
            held, self.sock = self.sock, socket
        socket.sendall(held.content)


class _Held:
    """Stands for the socket, and keeps what is sent."""

    def __init__(self) -> None:
        self.content = b""

    def sendall(self, data: bytes) -> None:
        self.content += data


def install() -> None:
    """Let gunicorn answer so, in this process and those forked from it."""
    names: Any = wsgi
    names.Response = WholeResponse
