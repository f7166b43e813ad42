"""Answers, kept as bytes in Redis for all replicas. Flask-Caching stores, on a backend of ours."""

from flask import Flask, current_app
from flask_caching import Cache

from app.cache.version import answer_version
from app.settings import Settings
from app.store import EXTENSION as STORE

EXTENSION = "fasti.cache"


def init_app(app: Flask, settings: Settings) -> None:
    """Make the cache. It is asked by ``answers.cached``, after the guards, and by nothing else."""
    cache = Cache(
        config={
            "CACHE_TYPE": "app.cache.backend.SharedCache",
            "CACHE_DEFAULT_TIMEOUT": settings.cache_seconds,
            "CACHE_OPTIONS": {"redis": app.extensions[STORE].redis},
        }
    )
    cache.init_app(app)
    app.extensions[EXTENSION] = cache
    app.config["FASTI_CLIENT_CACHE_SECONDS"] = settings.client_cache_seconds
    app.config["FASTI_ANSWER_VERSION"] = answer_version(settings)


def answer_cache() -> Cache:
    """The cache of the current application."""
    cache: Cache = current_app.extensions[EXTENSION]
    return cache
