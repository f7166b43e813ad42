"""The OpenAPI document comes from the code: a view says here what it takes and what it answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from app.api.bodies import ProblemBody
from app.auth.guard import READ_SCOPE

View = TypeVar("View", bound=Callable[..., Any])

GUARDED_PROBLEMS = (401, 403, 429)
PATH_PARAMETERS = {
    "calendar_id": "Id of a calendar: `SE`, `SWE`, `DE-BY`; in either case.",
    "date": "A date as `YYYY-MM-DD`.",
    "slug": "The last part of the `type` of a problem.",
}
DESCRIPTION = """Is this a working day, and if not, why? For every country and region.

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
                        "scopes": {READ_SCOPE: "Ask about calendars"},
                    }
                },
            ),
        ),
        SecurityScheme(
            name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
        ),
    ],
)


def documented(
    *,
    answers: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    form: type[BaseModel] | None = None,
    problems: tuple[int, ...] = (),
    errors: Mapping[int, type[BaseModel]] | None = None,
    guarded: bool = True,
    tag: str = "calendars",
) -> Callable[[View], View]:
    """Describe a view. It documents and does not validate: the view reads its query itself.

    problems: the statuses answered as problems; errors: those with a body of another kind.
    """
    statuses = (400, *problems, *(GUARDED_PROBLEMS if guarded else ()))
    kinds = {**dict.fromkeys(statuses, ProblemBody), **(errors or {})}
    bodies: dict[str, Any] = {f"HTTP_{status}": kind for status, kind in kinds.items()}
    if answers is not None:
        bodies["HTTP_200"] = answers
    security = [{"client": [READ_SCOPE]}, {"bearer": []}] if guarded else []
    decorator: Callable[[View], View] = spec.validate(
        query=query,
        form=form,
        resp=Response(**bodies),
        tags=[tag],
        security=security,
        skip_validation=True,
        path_parameter_descriptions=PATH_PARAMETERS,
    )
    return decorator
