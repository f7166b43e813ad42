"""What a service refuses, in the words of the command line."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.errors.administration import InvalidClient
from app.errors.problem import Problem
from app.store.breaker import DependencyDown

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

OUTAGES = {
    "sql": "The database does not answer: check FASTI_SQL_URL, run `database upgrade`.",
    "redis": "Redis does not answer, so nothing was changed: check FASTI_REDIS_URL.",
}


def in_words(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let ``command`` end with one line that says what to change, and no traceback."""

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except InvalidClient as problem:
            raise click.UsageError(problem.detail) from problem
        except Problem as problem:
            raise click.ClickException(problem.detail) from problem
        except DependencyDown as error:
            raise click.ClickException(OUTAGES[error.dependency]) from error

    return run
