"""POST /api/v1/batch: many questions in one call, each answered or refused on its own."""

from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Response, current_app, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from app.api.documented import documented
from app.api.v1 import blueprint
from app.errors.problems import BadRequest, NotAcceptable, TooLarge
from app.json_response import json_response
from app.limits.cost import costs

MAX_QUESTIONS = 1_000
PREFIX = "/api/v1/"


class BatchBody(BaseModel):
    """The questions, each the address of a GET below /api/v1 with its query."""

    model_config = ConfigDict(extra="forbid")

    questions: list[str] = Field(
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

    answers: list[BatchedAnswer]


def question_count() -> int:
    """How many questions the request asks: what it costs against the limit of its client."""
    try:
        body = request.get_json(silent=True)
    except RequestEntityTooLarge:
        return 1  # The view refuses it, and it counts all the same.
    questions = body.get("questions") if isinstance(body, dict) else None
    return max(1, len(questions)) if isinstance(questions, list) else 1


@blueprint.post("/batch")
@costs(question_count)
@documented(json=BatchBody, answers=BatchAnswer, problems=(413, 415, TooLarge))
def ask_many() -> Response:
    """Ask up to 1,000 questions at once. Costs as much as they would one by one.

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
    response = json_response({"answers": [_answer(question) for question in batch.questions]})
    response.cache_control.no_store = True
    return response


def _answer(question: str) -> dict[str, Any]:
    with current_app.test_request_context(_address(question)):
        try:
            response = _ask()
            if not response.is_json:
                raise NotAcceptable("A batch answers in JSON: ask for the address without suffix.")
        except Exception as error:  # noqa: BLE001 - the edge: each becomes its own answer
            refusal: Any = current_app.handle_user_exception(error)
            response = current_app.make_response(refusal)
    return {
        "question": question,
        "status": response.status_code,
        "body": orjson.Fragment(response.get_data()),
    }


def _address(question: str) -> str:
    """Where the question leads, always below /api/v1; nowhere when it names another host."""
    try:
        parts = urlsplit(question)
    except ValueError:
        return PREFIX
    if parts.scheme or parts.netloc:
        return PREFIX
    path = f"{PREFIX}{parts.path.removeprefix(PREFIX).lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path


def _ask() -> Response:
    """Answer the GET that the request context holds, as the view would alone."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith(PREFIX):
        raise request.routing_exception or NotFound()
    view = current_app.view_functions[rule.endpoint]
    answer: Any = view(**(request.view_args or {}))
    return current_app.make_response(answer)
