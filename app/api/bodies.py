"""Parts that several answers share, as the OpenAPI document shows them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors.problem import EXAMPLE_ID


class Answer(BaseModel):
    """The body of an answer: dates as YYYY-MM-DD, keys in the order of the class."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)

    def to_json(self) -> bytes:
        """The body as it goes out."""
        return self.model_dump_json(by_alias=True).encode()


class FieldError(BaseModel):
    """One parameter at fault."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details. ``type`` names the kind; ``instance`` is the request id."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/invalid-query"])
    title: str = Field(examples=["A parameter is not valid"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["year must be a whole number of at most nine digits."])
    instance: str | None = Field(examples=[EXAMPLE_ID])
    errors: list[FieldError] | None = None
    candidates: list[dict[str, str]] | None = Field(
        None,
        description="Of `ambiguous-name`: the calendars that have the name.",
        examples=[
            [
                {"id": "GE", "kind": "country", "name": "Georgia"},
                {"id": "US-GA", "kind": "subdivision", "name": "Georgia"},
            ]
        ],
    )


def description(text: str, example: Any) -> Any:
    """A field with a description and an example, for the documentation."""
    return Field(description=text, examples=[example])
