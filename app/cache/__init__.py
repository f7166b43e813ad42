"""Answers, kept as bytes: in the memory of a worker, and the dear ones in Redis for all replicas.

Flask-Caching stores, on two backends of ours.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from flask_caching import Cache

from app.cache.memory import MemoryCache
from app.cache.shared import SharedCache
from app.cache.single_flight import SingleFlight
from app.cache.version import answer_version
from app.observability.metrics import MEMORY_CACHES
from app.settings import Settings
from app.store import EXTENSION as STORE

EXTENSION = "fasti.cache"
WAIT_SECONDS = 1.0  # About what the dearest answer takes; then one makes one's own.


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """The two tiers, and who is making what in this worker."""

    memory: MemoryCache
    shared: SharedCache
    flights: SingleFlight


def init_app(app: Flask, settings: Settings) -> None:
    """Make the tiers. They are asked by ``answers``, after the guards, and by nothing else."""
    options = {
        # The other half is for the answers that the gate keeps whole.
        MemoryCache: {"max_bytes": settings.memory_cache_bytes // 2},
        SharedCache: {"redis": app.extensions[STORE].redis},
    }
    memory, shared = (_tier(app, settings, kind, given) for kind, given in options.items())
    app.extensions[MEMORY_CACHES]["bodies"] = memory
    app.extensions[EXTENSION] = AnswerCache(memory, shared, SingleFlight(WAIT_SECONDS))
    app.config["FASTI_CLIENT_CACHE_SECONDS"] = settings.client_cache_seconds
    app.config["FASTI_ANSWER_VERSION"] = answer_version(settings)


def _tier(app: Flask, settings: Settings, kind: type, options: dict[str, object]) -> Any:
    cache = Cache(
        config={
            "CACHE_TYPE": f"{kind.__module__}.{kind.__qualname__}",
            "CACHE_DEFAULT_TIMEOUT": settings.cache_seconds,
            "CACHE_OPTIONS": options,
        }
    )
    cache.init_app(app)
    return app.extensions["cache"][cache]


def answer_cache() -> AnswerCache:
    """The cache of the current application."""
    found: AnswerCache = current_app.extensions[EXTENSION]
    return found
