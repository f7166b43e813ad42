"""What an answer was made by: it is part of every key, so that nothing else has to drop answers."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable

from app.facts.almanac import DATA_VERSION
from app.settings import Settings

ROOMS = ("domain", "facts", "api")  # An answer is made by these alone.


def answer_version(settings: Settings) -> str:
    """Return a word that differs for other facts, for other code, and for other caps.

    A mended fault is not answered for another hour then. Reads about 60 small files.
    """
    digest = hashlib.sha256()
    for room in ROOMS:
        for content in _sources(resources.files("app").joinpath(room)):
            digest.update(content)
    digest.update(repr((settings.max_business_days, settings.max_range_days)).encode())
    return f"{DATA_VERSION}-{digest.hexdigest()[:12]}"


def _sources(directory: Traversable) -> list[bytes]:
    found = []
    for entry in sorted(directory.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith((".py", ".json")):
            found.append(entry.name.encode() + entry.read_bytes())
    return found
