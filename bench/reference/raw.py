"""The least that a WSGI server can be asked to do."""

from wsgiref.types import StartResponse, WSGIEnvironment

BODY = b'{"message":"Hello, world!"}\n'  # As Flask writes it in bench/reference/hello.py.
FIELDS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Greet."""
    start_response("200 OK", FIELDS)
    return [BODY]
