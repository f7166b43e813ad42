"""Bodies that both versions share, their keys as Nager.Date writes them."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from app.api.bodies import Answer, ProblemBody
from app.api.documented import Refusal, documented
from app.api.nager.lookup import countries
from app.errors.problem import EXAMPLE_ID, Problem
from app.errors.problems import InvalidQuery, RateLimited
from app.observability.release import VERSION

SERVICE_NAME = "Fasti"


class NagerAnswer(Answer):
    """A body with its keys in camelCase; what there is none of is null, and never left out."""

    model_config = ConfigDict(alias_generator=to_camel)


Item = TypeVar("Item", bound=BaseModel)


class ListAnswer(RootModel[list[Item]], Generic[Item]):
    """A body that is a list."""

    def to_json(self) -> bytes:
        """The body as it goes out."""
        return self.model_dump_json(by_alias=True).encode()


class CountrySummary(NagerAnswer):
    """A country in the list of those that have holidays."""

    country_code: str = Field(examples=["SE"])
    name: str = Field(examples=["Sweden"])


class CountrySummaries(ListAnswer[CountrySummary]):
    """The countries that have holidays this year, by code."""


class VersionAnswer(NagerAnswer):
    """What answers here: this service, which is not Nager.Date."""

    name: str = Field(examples=[SERVICE_NAME])
    version: str = Field(examples=[VERSION])


class CountryInfo(NagerAnswer):
    """A country by its names and region."""

    common_name: str = Field(examples=["Sweden"])
    official_name: str = Field(examples=["Kingdom of Sweden"])
    country_code: str = Field(examples=["SE"])
    region: str = Field(examples=["Europe"])

    @classmethod
    def of(cls, code: str) -> "CountryInfo":
        """From the facts."""
        country = countries().of(code)
        return cls(
            common_name=country.common_name,
            official_name=country.official_name,
            country_code=country.code,
            region=country.region,
        )


class ProblemDetails(ProblemBody):
    """A problem as ASP.NET writes it: ``errors`` by field, and the request id as ``traceId``."""

    errors: dict[str, list[str]] | None = Field(  # type: ignore[assignment]
        None, examples=[{"year": ["must be a whole number of at most nine digits"]}]
    )
    traceId: str | None = Field(examples=[EXAMPLE_ID])  # noqa: N815


def as_problem_details(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a problem in the shape of ASP.NET."""
    body = {**problem, "traceId": problem["instance"]}
    if errors := problem.get("errors"):
        body["errors"] = {error["field"]: [error["message"]] for error in errors}
    return body


View = TypeVar("View", bound=Callable[..., Any])


def described(
    *,
    answers: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    problems: tuple[type[Problem], ...] = (),
    empty: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Describe a view of these paths: open to everyone, with problems as ASP.NET writes them.

    problems: what a view refuses for what is in its path; empty: the statuses answered without a
    body.
    """
    refusals = (*problems, InvalidQuery) if query else problems
    return documented(
        answers=answers,
        query=query,
        empty=empty,
        problems=(RateLimited,),
        errors=tuple(map(_refusal, refusals)),
        guarded=False,
        tag="nager",
    )


def _refusal(kind: type[Problem]) -> Refusal:
    body = ProblemDetails.model_validate(as_problem_details(kind.example_body()))
    return Refusal(int(kind.status), kind.slug, body)


def version() -> bytes:
    """The name and the version of this service."""
    return VersionAnswer(name=SERVICE_NAME, version=VERSION).to_json()
