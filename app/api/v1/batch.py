"""POST /api/v1/batch: many questions in one call, each answered or refused on its own."""

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIEnvironment

import orjson
from flask import Response, current_app, request
from flask.ctx import RequestContext
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from app.api.documented import documented
from app.api.v1 import blueprint
from app.errors.problems import BadRequest, NotAcceptable, TooLarge
from app.facts.almanac import DATA_VERSION
from app.json_response import json_response
from app.limits.cost import Questions, asks

MAX_QUESTIONS = 1_000
PREFIX = "/api/v1/"


def _of_characters(text: str) -> str:
    """Return a text that can be written. Raises UnicodeEncodeError for half of a surrogate pair."""
    text.encode()
    return text


class BatchBody(BaseModel):
    """The questions, each the address of a GET below /api/v1 with its query."""

    model_config = ConfigDict(extra="forbid")

    questions: list[Annotated[str, AfterValidator(_of_characters)]] = Field(
        min_length=1,
        json_schema_extra={"maxItems": MAX_QUESTIONS},  # Refused by its cost, with 422.
        examples=[["calendars/SE/days/2026-06-19", "calendars/US/holidays?year=2026"]],
    )


class BatchedAnswer(BaseModel):
    """The answer to one question: the status and the body it would have got alone."""

    question: str
    status: int = Field(examples=[200])
    body: dict[str, Any] = Field(description="The answer, or the problem.")


class BatchAnswer(BaseModel):
    """One answer for each question, in the order of the questions."""

    data_version: str
    answers: list[BatchedAnswer]


def batched_questions() -> Questions:
    """What the request asks, as far as it can be read: one question at least."""
    try:
        body = request.get_json(silent=True)
    except RequestEntityTooLarge:
        body = None  # The view refuses it, and it counts all the same.
    questions = body.get("questions") if isinstance(body, dict) else None
    return Questions("batch", max(1, len(questions)) if isinstance(questions, list) else 1)


@blueprint.post("/batch")
@asks(batched_questions)
@documented(
    json=BatchBody,
    answers=BatchAnswer,
    headers=("Vary", "Content-Language"),
    problems=(413, 415, TooLarge),
)
def ask_many() -> Response:
    """Ask up to 1,000 questions at once. The plan says what each of them costs.

    A question that is refused has its problem as its answer; the others are answered.
    Problems: bad-request 400, question-too-large 422.
    """
    try:
        batch = BatchBody.model_validate(request.get_json())
    except ValidationError as error:
        raise BadRequest(
            'The body must be {"questions": ["calendars/SE/days/2026-06-19", …]}.'
        ) from error
    if len(batch.questions) > MAX_QUESTIONS:
        raise TooLarge(f"A batch may hold {MAX_QUESTIONS} questions.")
    languages: set[str] = set()
    answers = list(_answers(batch.questions, languages))
    response = json_response({"data_version": DATA_VERSION, "answers": answers})
    response.cache_control.no_store = True
    response.vary.add("Accept-Language")
    if languages:
        response.headers["Content-Language"] = ", ".join(sorted(languages))
    return response


def _answers(questions: list[str], languages: set[str]) -> Iterator[dict[str, Any]]:
    """Answer each question, as long as the answers before it left room; add to ``languages``."""
    cap = left_bytes = current_app.config["FASTI_MAX_BATCH_BYTES"]
    environ = _environ_of_questions()
    for question in questions:
        with _asked(question, environ):
            try:
                if left_bytes <= 0:
                    raise TooLarge(
                        f"The answers of a batch may hold {cap} bytes (FASTI_MAX_BATCH_BYTES): ask "
                        "this in another."
                    )
                response = _ask()
            except Exception as error:  # noqa: BLE001 - the edge: each becomes its own answer
                refusal: Any = current_app.handle_user_exception(error)
                response = current_app.make_response(refusal)
            body = response.get_data()
        left_bytes -= len(body)
        if (said := response.headers.get("Content-Language")) is not None:
            languages.update(said.split(", "))
        status = response.status_code
        yield {"question": question, "status": status, "body": orjson.Fragment(body)}


def _environ_of_questions() -> WSGIEnvironment:
    """What the questions have in common: each is a GET, asked in the language of the batch."""
    asked = request.headers.get("Accept-Language")
    headers = {} if asked is None else {"Accept-Language": asked}
    return current_app.test_request_context(PREFIX, headers=headers).request.environ


def _asked(question: str, environ: WSGIEnvironment) -> RequestContext:
    """The context of a question. environ: what it has in common with the others."""
    path, query = _address(question)
    # As a server of WSGI says them: PEP 3333, "Unicode Issues".
    own = {
        "PATH_INFO": unquote(path).encode().decode("latin1"),
        "QUERY_STRING": query.encode().decode("latin1"),
    }
    return current_app.request_context(environ | own)


def _address(question: str) -> tuple[str, str]:
    """Where the question leads, always below /api/v1, nowhere when it names another host; and its
    query.
    """
    try:
        parts = urlsplit(question)
    except ValueError:
        return PREFIX, ""
    if parts.scheme or parts.netloc:
        return PREFIX, ""
    return f"{PREFIX}{parts.path.removeprefix(PREFIX).lstrip('/')}", parts.query


def _ask() -> Response:
    """Answer the GET that the request context holds, as the view would alone."""
    rule = request.url_rule
    # Of this blueprint alone: the others below the same prefix have guards of their own.
    if rule is None or request.blueprint != blueprint.name:
        refusal = request.routing_exception
        raise NotFound() if refusal is None or isinstance(refusal, RequestRedirect) else refusal
    view = current_app.view_functions[rule.endpoint]
    answer: Any = view(**(request.view_args or {}))
    response = current_app.make_response(answer)
    if not response.is_json:
        raise NotAcceptable("A batch answers in JSON: ask for the address without suffix.")
    return response
