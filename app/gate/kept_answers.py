"""Complete answers by question: the path, the query as it came, and what the answer varies by.

Source: RFC 9111 (HTTP Caching, June 2022), section 4.1, https://www.rfc-editor.org/rfc/rfc9111,
read 2026-11-21.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Response, g, request
from werkzeug.http import parse_set_header, remove_entity_headers

from app.auth.guard import required_scopes
from app.cache.answers import is_kept
from app.cache.memory import MemoryCache
from app.limits.charging import Charge
from app.limits.cost import Questions

QUESTION = "fasti.gate.question"
"""Where the environ of a request has the question that nothing was kept for."""

JITTER = 0.1  # What was kept together does not end together.
ANSWER_BYTES = 2_000  # What Python keeps of an answer besides its body, measured generously.

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A 200 as it goes out again. fields: its headers; fields_if_unchanged: those of its 304.

    route, questions: what is counted; is_anonymous: whether it is for everyone; if not, scopes are
    those that a token needs.
    """

    fields: Fields
    fields_if_unchanged: Fields
    etag: str
    body: bytes
    route: str
    questions: Questions
    is_anonymous: bool
    scopes: frozenset[str]

    def __len__(self) -> int:
        """How many bytes of memory it takes."""
        return len(self.body) + ANSWER_BYTES


class _Varies(tuple[str, ...]):
    """Kept in place of an answer that depends on headers: their names in the environ."""

    __slots__ = ()


class KeptAnswers:
    """Keeps them in the memory of the worker.

    seconds: how long. config: has the answer version, of which the question is a part.
    """

    def __init__(self, memory: MemoryCache, seconds: float, config: Mapping[str, Any]) -> None:
        self.memory = memory
        self._seconds = seconds
        self._config = config

    def question_of(self, environ: WSGIEnvironment) -> str:
        """Return what a GET or a HEAD asks, as far as it is no matter of headers."""
        path = environ.get("PATH_INFO", "")
        # With the length of the path, which may hold any character, no two questions are the same.
        question = f"{len(path)} {path}?{environ.get('QUERY_STRING')}"
        return f"{self._config['FASTI_ANSWER_VERSION']} {question}"

    def find(self, question: str, environ: WSGIEnvironment) -> KeptAnswer | None:
        """Return the answer to ``question`` for these headers; None when none is kept."""
        found = self.memory.get(question)
        if isinstance(found, _Varies):
            found = self.memory.get(_with_headers(question, found, environ))
        return found if isinstance(found, KeptAnswer) else None

    def keep(self, response: Response) -> Response:
        """Keep the answer of a view, if another would get the same; pass it on as it is.

        To be called when nothing is missing but what is of this request alone.
        """
        environ = request.environ
        question: str | None = environ.get(QUESTION)
        charge: Charge | None = g.get("limit_charge")
        # A 304 has become of a 200 that is still whole.
        if question is None or charge is None or not is_kept():
            return response
        etag = response.headers.get("ETag")
        if response.status_code not in (200, 304) or etag is None:
            return response
        seconds = self._seconds * (1 - random.random() * JITTER)  # noqa: S311
        if names := _varies_by(response.headers.get("Vary", "")):
            self.memory.set(question, names)
            question = _with_headers(question, names, environ)
        answer = _kept_answer(response, etag, charge)
        self.memory.set(question, answer, seconds)
        return response


def _kept_answer(response: Response, etag: str, charge: Charge) -> KeptAnswer:
    fields = list(response.headers)
    unchanged = list(fields)
    remove_entity_headers(unchanged)
    return KeptAnswer(
        tuple(fields),
        tuple(unchanged),
        etag,
        response.get_data(),
        str(request.url_rule),
        charge.questions,
        charge.caller == "anonymous",
        required_scopes(),
    )


@lru_cache  # Which headers an answer depends on is a matter of its view: there are few.
def _varies_by(vary: str) -> _Varies:
    return _Varies(f"HTTP_{name.upper().replace('-', '_')}" for name in parse_set_header(vary))


def _with_headers(question: str, names: _Varies, environ: WSGIEnvironment) -> str:
    sent = environ.get(names[0]) if len(names) == 1 else [environ.get(name) for name in names]
    return f"{sent!r} {question}"
