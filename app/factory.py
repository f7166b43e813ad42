"""create_app: read it, and you know the application."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.cli import NoAppException

from app import api, auth, cache, cli, errors, gate, health, limits, observability, store
from app.facts.almanac import Almanac
from app.settings import Settings, SettingsError


class Synchronous(Flask):
    """Flask whose views and hooks are no coroutines, so that none is looked for at each call."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``, which a server of WSGI can call as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application. Connects to nothing and builds no facts; app/wsgi.py does at boot.

    The order of the rooms is the order of their hooks: an id for the request, then who asks, then
    how much, then the view. The gate stands between those who guard and those who answer.
    settings: read from the environment when left out, as the flask command does; NoAppException,
    which it prints, takes the place of SettingsError then.
    """
    if settings is None:
        return _create_for_the_command_line()
    app = Synchronous(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.strict_slashes = False  # /days/ is /days: a redirect would drop the token.
    app.extensions["fasti.almanac"] = Almanac()

    observability.init_app(app, settings)
    errors.init_app(app, settings)
    store.init_app(app, settings)
    auth.init_app(app, settings)
    limits.init_app(app, settings)
    cache.init_app(app, settings)
    gate.init_app(app, settings)
    health.init_app(app, settings)
    api.init_app(app, settings)
    cli.init_app(app, settings)

    gate.stand_before(app, settings)
    return app


def _create_for_the_command_line() -> Flask:
    try:
        return create_app(Settings.load())
    except SettingsError as error:
        raise NoAppException(str(error)) from error
