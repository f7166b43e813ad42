"""GET /problems/<slug>: what the ``type`` of a problem leads to. Public, as every error is."""

from typing import Any

from flask import Blueprint, Response, abort
from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.auth.guard import public
from app.cache.answers import respond
from app.errors.problem import Problem
from app.errors.problems import NotFound

blueprint = Blueprint("problems", __name__)


class ProblemType(Answer):
    """A kind of problem: its title is the same wherever it occurs."""

    type: str
    title: str
    status: int
    meaning: str
    remedy: str = Field(description="What a client should do about it.")
    example: dict[str, Any] = Field(description="The body of such an answer.")


@blueprint.get("/problems/<slug>")
@public
@documented(answers=ProblemType, problems=(NotFound,), guarded=False, tag="problems")
def explain(slug: str) -> Response:
    """Say what a kind of problem means, and what to do about it."""
    kind = next((kind for kind in Problem.__subclasses__() if kind.slug == slug), None)
    if kind is None:
        abort(404, "No problem has that type.")
    described = ProblemType(
        type=f"/problems/{slug}",
        title=kind.title,
        status=kind.status,
        meaning=" ".join((kind.__doc__ or "").split()),
        remedy=kind.remedy,
        example=kind.example_body(),
    )
    return respond(described.to_json())
