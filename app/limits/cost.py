"""What a request asks: what kind of question, and how many; its plan says what that costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app, request

from app.limits.plan import Costs, Kind

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Questions:
    """count questions of one kind."""

    kind: Kind
    count: int = 1

    def cost(self, costs: Costs) -> int:
        """What they cost together."""
        return costs.of(self.kind) * self.count


ONE_QUESTION = Questions("single")


def asks(questions: Callable[[], Questions]) -> Callable[[View], View]:
    """Mark a view whose requests ask what ``questions`` says; any other asks a single one.

    It is called before the view, and so for a request that may turn out to be unreadable.
    """

    def mark(view: View) -> View:
        view.questions = questions  # type: ignore[attr-defined]
        return view

    return mark


def asks_for_a_list(view: View) -> View:
    """Mark a view that answers a list of any length."""
    return asks(lambda: Questions("list"))(view)


def asks_for_a_feed(view: View) -> View:
    """Mark a view that answers a feed of several years."""
    return asks(lambda: Questions("feed"))(view)


def questions_of_request() -> Questions:
    """What the current request asks."""
    endpoint = request.endpoint
    if endpoint is None:
        return ONE_QUESTION
    questions: Callable[[], Questions] | None
    questions = getattr(current_app.view_functions[endpoint], "questions", None)
    return ONE_QUESTION if questions is None else questions()
