"""What the proxies in front say of a caller: werkzeug's ProxyFix reads it, for both entrances."""

from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix


def behind_proxies(application: WSGIApplication, hops: int) -> WSGIApplication:
    """Return ``application``, which sees what the last ``hops`` proxies say; 0 believes none."""
    return ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops)


def address_of(environ: WSGIEnvironment, hops: int) -> str:
    """Return the address that an application behind them sees; ``environ`` stays as it is."""
    seen = environ.copy()
    behind_proxies(_answer_nothing, hops)(seen, _answer_nothing)  # It corrects what it is given.
    address: str = seen.get("REMOTE_ADDR", "")
    return address


def _answer_nothing(*_asked: object) -> Any:
    return []
