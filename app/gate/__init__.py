"""The gate before Flask: it gives an answer again that Flask gave before, to who may have it.

Who, how much and what are asked of the same objects as Flask asks. What the gate cannot answer goes
on to Flask as it came. docs/decisions/0013 says why.
"""

from flask import Flask

from app.auth import EXTENSION as AUTH
from app.cache.memory import MemoryCache
from app.gate.access_note import add_note
from app.gate.entrance import Gate
from app.gate.kept_answers import KeptAnswers
from app.gate.overflow import Overflow
from app.gate.proxies import address_reader, behind_proxies
from app.limits import EXTENSION as LIMITS
from app.observability.metrics import MEMORY_CACHES
from app.settings import Settings
from app.store import EXTENSION as STORE

EXTENSION = "fasti.gate"


def init_app(app: Flask, settings: Settings) -> None:
    """Keep what Flask answers. After the rooms that guard, and before those that answer: it sees an
    answer as they have completed it, without what is said of the limits and of the request.
    """
    memory = MemoryCache(settings.memory_cache_bytes // 2, settings.cache_seconds)
    answers = KeptAnswers(memory, settings.cache_seconds, app.config)
    app.extensions[EXTENSION] = answers
    app.extensions[MEMORY_CACHES]["answers"] = memory
    app.after_request(add_note)  # They run in the opposite order: what is kept has no note.
    app.after_request(answers.keep)


def stand_before(app: Flask, settings: Settings) -> None:
    """Put the gate before all else that ``app`` is wrapped in: reading what proxies say of a caller
    takes longer than to answer one who has a token.
    """
    hops = settings.trusted_proxies
    gate = Gate(
        behind_proxies(app.wsgi_app, hops),
        address_reader(hops),
        app.extensions[EXTENSION],
        app.extensions[AUTH].bearers,
        app.extensions[LIMITS],
        app.extensions[STORE].prober,
    )
    app.wsgi_app = Overflow(gate)  # type: ignore[method-assign]
