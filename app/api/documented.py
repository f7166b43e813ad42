"""The OpenAPI document comes from the code: a view says here what it takes and what it answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.metadata import FunctionDecorator
from spectree.models import SecureType, SecuritySchemeData

from app.api.bodies import ProblemBody
from app.api.path_parameters import PATH_PARAMETERS
from app.api.response_headers import references
from app.auth.scopes import READ_SCOPE, SCOPES
from app.errors.problem import CONTENT_TYPE, Problem
from app.errors.problems import BadRequest, InvalidQuery, NotFound

View = TypeVar("View", bound=Callable[..., Any])

GUARDED_PROBLEMS = (401, 403, 429)
DESCRIPTION = """Is this a working day, and if not, why? For every country, region and stock market.

Get a token with `POST /oauth/token` (grant `client_credentials`), then send it as
`Authorization: Bearer <token>`. Errors are `application/problem+json`. Every answer that counted
against a limit says what is left of it in `RateLimit`, `RateLimit-Policy` and `X-RateLimit-*`.
Every answer has its `X-Request-ID`. What any address may answer, beyond what it lists, is in
`components.responses`."""


class Descriptions(SpecTree):
    """Spectree for the document alone: what it makes of a view is kept beside it, never served."""

    def get_function_metadata(self, func: Callable[..., Any]) -> FunctionDecorator | None:
        """What ``documented`` said of a view."""
        return super().get_function_metadata(getattr(func, "described", func))


spec = Descriptions(
    "flask",
    mode="strict",
    annotations=False,
    title="Fasti",
    version="1",
    description=DESCRIPTION,
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way to be refused, by its example. name: what the document lists it under."""

    status: int
    name: str
    body: BaseModel

    @classmethod
    def of(cls, kind: type[Problem]) -> "Refusal":
        """A problem, by the example of its type."""
        return cls(int(kind.status), kind.slug, ProblemBody.model_validate(kind.example_body()))


class _Responses(Response):
    """What a view answers, with what Spectree has no word for: examples, and other media types."""

    def __init__(
        self,
        texts: tuple[str, ...],
        refusals: Iterable[Refusal],
        headers: Mapping[str, Iterable[str]],
        **bodies: type[BaseModel] | None,
    ) -> None:
        super().__init__(**bodies, **{f"HTTP_{r.status}": type(r.body) for r in refusals})
        self._texts = texts
        self._refusals = tuple(refusals)
        self._headers = headers

    def add_model(self, *_args: Any, **_kwargs: Any) -> None:
        """Spectree would add the refusal of its own validation, which never takes place."""

    def generate_spec(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Spectree's own, a string for each text, and the examples of each refusal."""
        responses = super().generate_spec(*args, **kwargs)
        if self._texts:
            answer = responses.setdefault("200", {"description": "OK", "content": {}})
            text = {"schema": {"type": "string"}}
            answer["content"] |= dict.fromkeys(self._texts, text)
        for refusal in self._refusals:
            content = responses[str(refusal.status)]["content"]
            if isinstance(refusal.body, ProblemBody) and "application/json" in content:
                content[CONTENT_TYPE] = content.pop("application/json")
            (described,) = content.values()
            example = refusal.body.model_dump(mode="json", exclude_none=True)
            described.setdefault("examples", {})[refusal.name] = {"value": example}
        for status, names in self._headers.items():
            if names:
                responses[status]["headers"] = references(names)
        return responses


def documented(
    *,
    answers: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    form: type[BaseModel] | None = None,
    json: type[BaseModel] | None = None,
    problems: tuple[int | type[Problem], ...] = (),
    errors: tuple[Refusal, ...] = (),
    empty: tuple[int, ...] = (),
    texts: tuple[str, ...] = (),
    headers: tuple[str, ...] = (),
    conditional: bool = True,
    guarded: bool = True,
    scope: str = READ_SCOPE,
    status: int = 200,
    tag: str = "calendars",
) -> Callable[[View], View]:
    """Describe a view. It documents and does not validate: the view reads its query itself.

    problems: the types of problems it answers, a status for every type about calendars that has it;
    invalid-query comes with a query and bad-request with JSON. errors: refusals with a body of
    another kind, in place of the problems of their status; empty: the statuses answered without a
    body; texts: the media types, other than JSON, that 200 comes in. headers: those of its own that
    ``answers`` always has; conditional: whether a GET may be answered 304. scope: the one that a
    guarded view needs; status: the one that ``answers`` comes with.
    """
    kinds = _kinds(
        (
            *([InvalidQuery] if query else []),
            *([BadRequest] if json else []),
            *problems,
            *(GUARDED_PROBLEMS if guarded else ()),
        )
    )
    other = {refusal.status for refusal in errors}
    refusals = [*errors, *(Refusal.of(kind) for kind in kinds if kind.status not in other)]
    if conditional and (answers or texts) and not (form or json):
        empty = (*empty, 304)
    bodies: dict[str, type[BaseModel] | None] = {f"HTTP_{code}": None for code in empty}
    if answers is not None:
        bodies[f"HTTP_{status}"] = answers
    security = [{"client": [scope]}, {"bearer": []}] if guarded else []
    decorate: Callable[[View], View] = spec.validate(
        query=query,
        form=form,
        json=json,
        resp=_Responses(texts, refusals, {str(status): headers}, **bodies),
        tags=[tag],
        security=security,
        skip_validation=True,
        path_parameter_descriptions={n: p.description for n, p in PATH_PARAMETERS.items()},
    )

    def describe(view: View) -> View:
        view.described = decorate(view)  # type: ignore[attr-defined]
        return view

    return describe


def _kinds(problems: Iterable[int | type[Problem]]) -> list[type[Problem]]:
    """The types of problems, a status standing for those about calendars, each once."""
    found: list[type[Problem]] = []
    for problem in problems:
        if isinstance(problem, int):
            found += [
                kind
                for kind in Problem.__subclasses__()
                if kind.status == problem
                and kind is not NotFound
                and kind.__module__ == NotFound.__module__
            ]
        else:
            found.append(problem)
    return list(dict.fromkeys(found))
