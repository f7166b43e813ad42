"""The OpenAPI document comes from the code: a view says here what it takes and what it answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from app.api.bodies import ProblemBody
from app.auth.scopes import READ_SCOPE, SCOPES

View = TypeVar("View", bound=Callable[..., Any])

GUARDED_PROBLEMS = (401, 403, 429)
PATH_PARAMETERS = {
    "calendar_id": (
        "A calendar by code or name: `SE`, `SWE`, `Sweden`; `DE-BY`, `DE-Bayern`; `XNYS`, `NYSE`; "
        "joint: `SE+NO+XLON`. The answer has its id. A name that several have is a 404 that lists "
        "them. A country has its national days, without those of some subdivisions alone."
    ),
    "date": "A date as `YYYY-MM-DD`.",
    "slug": "The last part of the `type` of a problem.",
    "country_code": "ISO 3166-1 code of a country: `US`; in either case.",
    "year": "A year that the country has facts for.",
    "iso_code": "ISO 3166 code of a country or a subdivision: `DE`, `DE-BY`; in either case.",
    "offset": "Hours ahead of UTC, -12 to 12.",
}
DESCRIPTION = """Is this a working day, and if not, why? For every country, region and stock market.

Get a token with `POST /oauth/token` (grant `client_credentials`), then send it as
`Authorization: Bearer <token>`. Errors are `application/problem+json`. Every answer that counted
against a limit says what is left of it in `RateLimit`, `RateLimit-Policy` and `X-RateLimit-*`."""

spec = SpecTree(
    "flask",
    mode="strict",
    annotations=False,
    title="Fasti",
    version="1",
    description=DESCRIPTION,
    validation_error_status=400,
    validation_error_model=ProblemBody,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name="client",
            data=SecuritySchemeData(
                type=SecureType.OAUTH_TWO,
                flows={
                    "clientCredentials": {
                        "tokenUrl": "/oauth/token",
                        "scopes": SCOPES,
                    }
                },
            ),
        ),
        SecurityScheme(
            name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
        ),
    ],
)


class _Responses(Response):
    """What a view answers, in the media types that Spectree has no word for as well."""

    def __init__(self, texts: tuple[str, ...], **bodies: Any) -> None:
        super().__init__(**bodies)
        self._texts = texts

    def generate_spec(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Spectree's own, and a string for each text."""
        responses = super().generate_spec(*args, **kwargs)
        if self._texts:
            answer = responses.setdefault("200", {"description": "OK", "content": {}})
            text = {"schema": {"type": "string"}}
            answer["content"] |= dict.fromkeys(self._texts, text)
        return responses


def documented(
    *,
    answers: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    form: type[BaseModel] | None = None,
    json: type[BaseModel] | None = None,
    problems: tuple[int, ...] = (),
    errors: Mapping[int, type[BaseModel]] | None = None,
    empty: tuple[int, ...] = (),
    texts: tuple[str, ...] = (),
    guarded: bool = True,
    tag: str = "calendars",
) -> Callable[[View], View]:
    """Describe a view. It documents and does not validate: the view reads its query itself.

    problems: the statuses answered as problems; errors: those with a body of another kind;
    empty: those without a body; texts: the media types, other than JSON, that 200 comes in.
    """
    statuses = (400, *problems, *(GUARDED_PROBLEMS if guarded else ()))
    kinds = {**dict.fromkeys(statuses, ProblemBody), **(errors or {})}
    bodies: dict[str, Any] = {f"HTTP_{status}": kind for status, kind in kinds.items()}
    bodies |= {f"HTTP_{status}": None for status in empty}
    if answers is not None:
        bodies["HTTP_200"] = answers
    security = [{"client": [READ_SCOPE]}, {"bearer": []}] if guarded else []
    decorator: Callable[[View], View] = spec.validate(
        query=query,
        form=form,
        json=json,
        resp=_Responses(texts, **bodies),
        tags=[tag],
        security=security,
        skip_validation=True,
        path_parameter_descriptions=PATH_PARAMETERS,
    )
    return decorator
