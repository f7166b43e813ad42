"""The WSGI layer that answers before Flask does, or lets Flask answer."""

import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import is_resource_modified

from app.auth.bearers import Bearers, token_of
from app.errors.problems import InvalidToken
from app.gate.access_note import note
from app.gate.kept_answers import QUESTION, KeptAnswer, KeptAnswers
from app.limits.charging import Charge, Limits
from app.limits.headers import header_fields
from app.limits.strategy import VERDICT
from app.observability import metrics
from app.observability.request_id import ENVIRON_KEY as REQUEST_ID
from app.observability.request_id import HEADER, request_id_of
from app.observability.tally import TALLY
from app.store.breaker import DependencyDown
from app.store.prober import Prober


class Gate:
    """WSGI: gives kept answers again. Whoever is to be refused is refused by Flask.

    A request is charged once: what a limit refuses here goes to Flask with the verdict. address_of:
    whom a request comes from, of those who ask without a token.
    """

    def __init__(
        self,
        application: WSGIApplication,
        address_of: Callable[[WSGIEnvironment], str],
        answers: KeptAnswers,
        bearers: Bearers,
        limits: Limits,
        prober: Prober,
    ) -> None:
        self._application = application
        self._address_of = address_of
        self._answers = answers
        self._bearers = bearers
        self._limits = limits
        self._prober = prober

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or pass the request on."""
        TALLY.begin()
        try:
            return self._answer(environ, start_response)
        finally:
            TALLY.end()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        if not _is_plain(environ):
            return self._application(environ, start_response)
        question = self._answers.question_of(environ)
        answer = self._answers.find(question, environ)
        if answer is None:
            environ[QUESTION] = question
            return self._application(environ, start_response)
        self._prober.ensure_started()
        charge = self._charge(answer, environ)
        if charge is None:
            return self._application(environ, start_response)
        request_id = environ[REQUEST_ID] = request_id_of(environ.get(REQUEST_ID, ""))
        verdict = self._limits.decide(charge, environ)
        if not verdict.passes:
            environ[VERDICT] = verdict
            return self._application(environ, start_response)

        status, reason, fields, body = 200, "OK", answer.fields, [answer.body]
        if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, answer.etag):
            status, reason, fields, body = 304, "NOT MODIFIED", answer.fields_if_unchanged, []
        method: str = environ["REQUEST_METHOD"]
        said = note("gate", charge, charge.client_id, answer.route)
        start_response(
            f"{status} {reason}", [*fields, *header_fields(verdict), (HEADER, request_id), said]
        )
        metrics.count_cache("gate")
        metrics.count_answer(method, answer.route, status, time.perf_counter() - started)
        return [] if method == "HEAD" else body

    def _charge(self, answer: KeptAnswer, environ: WSGIEnvironment) -> Charge | None:
        """What the answer costs whoever asks; None for who is not known to be allowed it."""
        if answer.is_anonymous:
            return self._limits.of_address(self._address_of(environ), answer.questions)
        token = token_of(environ.get("HTTP_AUTHORIZATION", ""))
        if token is None:
            return None
        try:
            identity = self._bearers.known(token)
        except (InvalidToken, DependencyDown):
            return None
        if identity is None or not answer.scopes <= identity.scopes:
            return None
        return self._limits.of_client(identity, answer.questions)


def _is_plain(environ: WSGIEnvironment) -> bool:
    """True for a GET or a HEAD without a body and without conditions that are Flask's to judge."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and "HTTP_TRANSFER_ENCODING" not in environ
        and "HTTP_IF_MATCH" not in environ
        and "HTTP_RANGE" not in environ
    )
