"""Reading what a client sent: strict types for the query, and one way to refuse it."""

import re
from datetime import date
from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.errors.problems import InvalidQuery

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
LARGEST_INTEGER = 999_999_999


def parse_date(text: object) -> date:
    """Return the date of ``YYYY-MM-DD``, the one form taken. Raises ValueError for any other."""
    if not isinstance(text, str) or not ISO_DATE.fullmatch(text):
        raise ValueError("must be a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is not a day of the calendar") from error


def parse_integer(text: object) -> int:
    """Return the whole number in ``text``, digits with a sign. Raises ValueError."""
    if not isinstance(text, str) or not INTEGER.fullmatch(text):
        raise ValueError("must be a whole number of at most nine digits")
    return int(text)


def parse_flag(text: object) -> bool:
    """Return what ``true`` or ``false`` says. Raises ValueError for any other word."""
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


IsoDate = Annotated[date, BeforeValidator(parse_date)]
Flag = Annotated[bool, BeforeValidator(parse_flag)]
Integer = Annotated[int, BeforeValidator(parse_integer)]


class Query(BaseModel):
    """The parameters of a query. One that is not known is refused: it would be a typo unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def minds(cls, _name: str) -> bool:
        """True when it matters how often a parameter of that name is given."""
        return True


class NoParameters(Query):
    """A query that takes none."""


QueryModel = TypeVar("QueryModel", bound=Query)


def parse_query(model: type[QueryModel]) -> QueryModel:
    """Return the query of the request. Raises InvalidQuery naming every parameter at fault."""
    parameters = request.args.to_dict(flat=False)
    repeated = [
        name for name, values in parameters.items() if len(values) > 1 and model.minds(name)
    ]
    if repeated:
        raise invalid(dict.fromkeys(repeated, "is given more than once"))
    try:
        return model.model_validate({name: values[0] for name, values in parameters.items()})
    except ValidationError as error:
        raise invalid(
            {
                ".".join(map(str, problem["loc"])) or "query": _plain(problem["msg"])
                for problem in error.errors(include_url=False, include_input=False)
            }
        ) from error


def parse_path_date(name: str, text: str) -> date:
    """Return the date in the path. Raises InvalidQuery."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise invalid({name: str(error)}) from error


def invalid(messages: dict[str, str]) -> InvalidQuery:
    """Return the refusal that names every parameter at fault, with what is wrong with it."""
    errors = [{"field": field, "message": message} for field, message in messages.items()]
    detail = "; ".join(f"{field} {message}" for field, message in messages.items())
    return InvalidQuery(f"{detail}.", errors=errors)


def _plain(message: str) -> str:
    """Pydantic's sentence as the end of ours: "year must be a whole number"."""
    return {
        "Field required": "is required",
        "Extra inputs are not permitted": "is not a parameter of this address",
    }.get(message, message.removeprefix("Value error, "))
