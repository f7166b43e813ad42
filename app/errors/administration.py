"""The problems that an administrator of clients may meet.

Problem
├── InvalidBody           400  invalid-body          a field of the body; ``errors`` names it
├── UnknownClient         404  unknown-client
├── UnknownSecret         404  unknown-secret        the client has no such secret
├── ClientExists          409  client-exists         a client has that id already
├── WouldLockOut          409  would-lock-out        an administrator would lock itself out
├── ChangedMeanwhile      412  changed-meanwhile     If-Match names an earlier version
└── InvalidClient         422  invalid-client        no client can be so; ``errors`` names it
"""

from http import HTTPStatus
from types import MappingProxyType

from app.errors.problem import Problem


class InvalidBody(Problem):
    """A field of the body is unknown, missing or of the wrong kind."""

    status, slug, title = HTTPStatus.BAD_REQUEST, "invalid-body", "A field of the body is not valid"
    remedy = "Change the fields that `errors` names, as their messages say."
    example = "name: is required."
    example_members = MappingProxyType({"errors": [{"field": "name", "message": "is required"}]})


class UnknownClient(Problem):
    """No client has that id."""

    status, slug, title = HTTPStatus.NOT_FOUND, "unknown-client", "There is no such client"
    remedy = "Look for its id with GET /api/v1/clients."
    example = "No client has that id; GET /api/v1/clients lists all."


class UnknownSecret(Problem):
    """The client has no secret of that id, or not any more."""

    status, slug, title = HTTPStatus.NOT_FOUND, "unknown-secret", "There is no such secret"
    remedy = "Look for its id among the `secrets` of the client."
    example = "GET the client: `secrets` lists those it has."


class ClientExists(Problem):
    """A client has that id already."""

    status, slug, title = HTTPStatus.CONFLICT, "client-exists", "There is such a client already"
    remedy = "Choose another id."
    example = "There is a client acme already."
    example_members = MappingProxyType({"errors": [{"field": "id", "message": "is taken"}]})


class WouldLockOut(Problem):
    """An administrator would shut itself out: disable itself, or lose its scope or last secret."""

    status, slug, title = HTTPStatus.CONFLICT, "would-lock-out", "You would lock yourself out"
    remedy = "Let another administrator do it, or use the command line."
    example = "You would disable yourself: another administrator can."


class ChangedMeanwhile(Problem):
    """If-Match names a version of the resource that is not the present one."""

    status = HTTPStatus.PRECONDITION_FAILED
    slug, title = "changed-meanwhile", "It was changed meanwhile"
    remedy = "GET it again, look at what changed, and send If-Match with the new ETag."
    example = "GET the client again, and send the ETag of that answer."


class InvalidClient(Problem):
    """A client cannot have such an id, name, plan or scope; ``errors`` says which."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug, title = "invalid-client", "No client can be so"
    remedy = "Change the fields that `errors` names, as their messages say."
    example = "name must be 1 to 200 printable characters."
    example_members = MappingProxyType(
        {"errors": [{"field": "name", "message": "must be 1 to 200 printable characters"}]}
    )
