"""What the proxies in front say of a caller: werkzeug's ProxyFix reads it, for both entrances."""

from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix


def behind_proxies(application: WSGIApplication, hops: int) -> WSGIApplication:
    """Return ``application``, which sees what the last ``hops`` proxies say; 0 believes none."""
    return ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops)


def address_reader(hops: int) -> Callable[[WSGIEnvironment], str]:
    """Return what tells the address that an application behind them sees, of an environ that stays
    as it is.
    """
    correct = behind_proxies(_answer_nothing, hops)

    def address_of(environ: WSGIEnvironment) -> str:
        seen = environ.copy()
        correct(seen, _answer_nothing)
        address: str = seen.get("REMOTE_ADDR", "")
        return address

    return address_of


def _answer_nothing(*_asked: object) -> Any:
    return []
