"""GET /problems/<slug>: what the ``type`` of a problem leads to. Public, as every error is."""

from flask import Blueprint, Response, abort

from app.api.bodies import Answer
from app.api.documented import documented
from app.auth.guard import public
from app.cache.answers import respond
from app.errors.problem import Problem

blueprint = Blueprint("problems", __name__)


class ProblemType(Answer):
    """A kind of problem: its title is the same wherever it occurs."""

    type: str
    title: str
    status: int
    meaning: str


@blueprint.get("/problems/<slug>")
@public
@documented(answers=ProblemType, problems=(404,), guarded=False, tag="problems")
def explain(slug: str) -> Response:
    """Say what a kind of problem means."""
    kind = next((kind for kind in Problem.__subclasses__() if kind.slug == slug), None)
    if kind is None:
        abort(404, "No problem has that type.")
    described = ProblemType(
        type=f"/problems/{slug}",
        title=kind.title,
        status=kind.status,
        meaning=" ".join((kind.__doc__ or "").split()),
    )
    return respond(described.to_json())
