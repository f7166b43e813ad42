"""What every problem is made of (RFC 9457); ``problems.py`` has the types."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from flask import Response

from app.json_response import json_response
from app.observability.request_id import current_request_id

CONTENT_TYPE = "application/problem+json"
EXAMPLE_ID = "5f0c2b1e9d3a4c7f8e6b5a4d3c2b1a09"


class Problem(Exception):
    """An error with an answer. ``title`` is fixed per type, ``detail`` says what to change.

    remedy: what a client should do about it. example: a ``detail``; example_members: what the body
    says besides. A test provokes each type and wants its example for an answer.
    """

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]
    remedy: ClassVar[str]
    example: ClassVar[str]
    example_members: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}
        self.members = members or {}

    @classmethod
    def example_body(cls) -> dict[str, object]:
        """The body of an answer, by the example of the type."""
        head = {"type": f"/problems/{cls.slug}", "title": cls.title, "status": int(cls.status)}
        return {**head, "detail": cls.example, "instance": EXAMPLE_ID, **cls.example_members}

    def response(self) -> Response:
        """The answer to send."""
        return problem_response(
            self.status,
            f"/problems/{self.slug}",
            self.title,
            self.detail,
            self.errors,
            self.headers,
            self.members,
        )


def problem_response(
    status: int,
    type_: str,
    title: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """Return an RFC 9457 answer. ``instance`` is the request id, by which the logs find it.

    type_: the address that explains the problem; ``about:blank`` where the status says it all.
    members: what this type of problem says besides (its extension members, section 3.2).
    """
    body: dict[str, object] = {
        "type": type_,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": current_request_id(),
    }
    if errors:
        body["errors"] = list(errors)
    body |= members or {}
    response = json_response(body, status=status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response
