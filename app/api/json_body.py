"""Reading the JSON that a client sent, and one way to refuse it."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors.administration import InvalidBody


class Body(BaseModel):
    """What a request says. A field that is not known is refused: it would be a typo unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


BodyModel = TypeVar("BodyModel", bound=Body)


def parse_body(model: type[BodyModel]) -> BodyModel:
    """Return the body of the request. Raises InvalidBody naming every field at fault, and what
    Flask raises for a body that is no JSON.
    """
    try:
        return model.model_validate(request.get_json())
    except ValidationError as error:
        faults = {
            ".".join(map(str, problem["loc"])) or "body": _plain(problem["msg"])
            for problem in error.errors(include_url=False, include_input=False)
        }
    raise InvalidBody(
        "; ".join(f"{field}: {message}" for field, message in faults.items()) + ".",
        errors=[{"field": field, "message": message} for field, message in faults.items()],
    )


def _plain(message: str) -> str:
    return {
        "Field required": "is required",
        "Extra inputs are not permitted": "is not a field of this body",
    }.get(message, message)
