"""What a request costs: one, unless its view says otherwise."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., object])


def costs(count: Callable[[], int]) -> Callable[[View], View]:
    """Mark a view whose requests cost as much as ``count`` says, 1 at least.

    It is asked before the view, and so of a request that may turn out to be unreadable.
    """

    def mark(view: View) -> View:
        view.cost = count  # type: ignore[attr-defined]
        return view

    return mark


def cost_of_request() -> int:
    """What the current request costs."""
    if request.endpoint is None:
        return 1
    count: Callable[[], int] | None
    count = getattr(current_app.view_functions[request.endpoint], "cost", None)
    return 1 if count is None else count()
