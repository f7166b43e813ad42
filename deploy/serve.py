"""Serves one replica by the server that FASTI_SERVER names: `python -m deploy.serve`.

Every way to run starts this, and no other place names a server.
"""

import sys
from collections.abc import Callable

from app.setting_values import Server
from app.settings import Settings
from deploy import replica


def _serve_by_gunicorn(_settings: Settings) -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv[1:] = ["--config", "deploy/gunicorn.conf.py", "app.wsgi:app"]
    run()


def _serve_by_granian(settings: Settings) -> None:
    from deploy.granian_server import run

    run(settings)


SERVERS: dict[Server, Callable[[Settings], None]] = {
    "gunicorn": _serve_by_gunicorn,
    "granian": _serve_by_granian,
}


def main() -> None:
    """Serve until a signal says to stop. Exits saying what is wrong when it cannot start."""
    settings = replica.load_settings()
    replica.forget_earlier_metrics()
    SERVERS[settings.server](settings)


if __name__ == "__main__":
    main()
