"""/api/v1/clients: who may ask, what, and how much."""

from typing import Annotated

from flask import Response, request, url_for
from pydantic import AfterValidator, Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.json_body import parse_body
from app.api.parameters import Integer, NoParameters, Query, parse_query
from app.api.v1.admin import blueprint
from app.api.v1.admin.bodies import (
    ChangeBody,
    ClientAnswer,
    ClientsAnswer,
    NewClientBody,
    NewSecretAnswer,
    RotateBody,
)
from app.auth import auth
from app.auth.audit import Actor
from app.auth.client_details import ClientDetails, NewSecret
from app.auth.client_rules import Change
from app.auth.clients import CLIENT_ID
from app.auth.scopes import ADMIN_SCOPE
from app.errors.administration import (
    ChangedMeanwhile,
    ClientExists,
    InvalidBody,
    InvalidClient,
    UnknownClient,
    UnknownSecret,
    WouldLockOut,
)
from app.errors.problems import InvalidQuery

PAGE = 100
MAX_PAGE = 1_000
CREATED = ("Location", "ETag")
BODY_PROBLEMS = (InvalidQuery, InvalidBody, 413, 415, InvalidClient)


def page_size(limit: int) -> int:
    """Return ``limit`` when a page can be so long. Raises ValueError."""
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(f"must be 1 to {MAX_PAGE}")
    return limit


def client_id(text: str) -> str:
    """Return ``text`` when a client can have such an id. Raises ValueError."""
    if not CLIENT_ID.fullmatch(text):
        raise ValueError("must be the id of a client")
    return text


PageSize = Annotated[Integer, AfterValidator(page_size)]
ClientId = Annotated[str, AfterValidator(client_id)]


class ClientsQuery(Query):
    """Which page."""

    after: ClientId | None = Field(
        None, description="The last id of the page before.", examples=["acme"]
    )
    limit: PageSize = Field(PAGE, description=f"Clients on a page, 1 to {MAX_PAGE}.")


@blueprint.get("/clients")
@documented(
    query=ClientsQuery,
    answers=ClientsAnswer,
    problems=(503,),
    conditional=False,
    scope=ADMIN_SCOPE,
    tag="clients",
)
def list_clients() -> Response:
    """List the clients by id, a page at a time."""
    query = parse_query(ClientsQuery)
    found = auth().registry.page(query.after or "", query.limit + 1)
    page = [ClientAnswer.of(client) for client in found[: query.limit]]
    next_after = page[-1].id if len(found) > query.limit else None
    return _answer(ClientsAnswer(clients=page, next_after=next_after))


@blueprint.post("/clients")
@documented(
    json=NewClientBody,
    answers=NewSecretAnswer,
    status=201,
    headers=CREATED,
    problems=(*BODY_PROBLEMS, ClientExists, 503),
    scope=ADMIN_SCOPE,
    tag="clients",
)
def create_client() -> Response:
    """Add a client, and tell its secret, once.

    Problems: invalid-body 400, client-exists 409, invalid-client 422.
    """
    parse_query(NoParameters)
    body = parse_body(NewClientBody)
    new = auth().registry.create(Actor.of_request(), body.id, body.name, body.scopes, body.plan)
    return _handed_out(new)


@blueprint.get("/clients/<client_id>")
@documented(
    query=NoParameters,
    answers=ClientAnswer,
    headers=("ETag",),
    problems=(UnknownClient, 503),
    conditional=False,
    scope=ADMIN_SCOPE,
    tag="clients",
)
def show_client(client_id: str) -> Response:
    """Show one client, with the ids of its secrets. Problems: unknown-client 404."""
    parse_query(NoParameters)
    return _described(auth().registry.details(client_id))


@blueprint.patch("/clients/<client_id>")
@documented(
    json=ChangeBody,
    answers=ClientAnswer,
    headers=("ETag",),
    problems=(*BODY_PROBLEMS, UnknownClient, WouldLockOut, ChangedMeanwhile, 503),
    scope=ADMIN_SCOPE,
    tag="clients",
)
def change_client(client_id: str) -> Response:
    """Change name, plan or scopes, disable or enable. Holds on every worker within a second.

    With ``If-Match`` only the version that its ETag names is changed. Problems: invalid-body 400,
    unknown-client 404, would-lock-out 409, changed-meanwhile 412, invalid-client 422.
    """
    parse_query(NoParameters)
    body = parse_body(ChangeBody)
    change = Change(body.name, body.plan, body.scopes, body.disabled)
    versions = _wanted_versions()
    return _described(auth().registry.change(Actor.of_request(), client_id, change, versions))


@blueprint.post("/clients/<client_id>/secrets")
@documented(
    json=RotateBody,
    answers=NewSecretAnswer,
    status=201,
    headers=CREATED,
    problems=(*BODY_PROBLEMS, UnknownClient, 503),
    scope=ADMIN_SCOPE,
    tag="clients",
)
def rotate_secret(client_id: str) -> Response:
    """Add a secret and tell it, once. The one before stays, the older of two ends.

    Problems: invalid-body 400, unknown-client 404, invalid-client 422.
    """
    parse_query(NoParameters)
    body = parse_body(RotateBody)
    return _handed_out(auth().registry.rotate(Actor.of_request(), client_id, body.ends_in_seconds))


@blueprint.delete("/clients/<client_id>/secrets/<secret_id>")
@documented(
    query=NoParameters,
    empty=(204,),
    problems=(UnknownClient, UnknownSecret, WouldLockOut, 503),
    scope=ADMIN_SCOPE,
    tag="clients",
)
def end_secret(client_id: str, secret_id: str) -> Response:
    """End a secret at once. Problems: unknown-client, unknown-secret 404, would-lock-out 409."""
    parse_query(NoParameters)
    auth().registry.end_secret(Actor.of_request(), client_id, secret_id)
    return Response(status=204)


def _wanted_versions() -> frozenset[str] | None:
    """The versions that If-Match names; None for any."""
    wanted = request.if_match
    if "If-Match" not in request.headers or wanted.star_tag:
        return None
    return frozenset(wanted.as_set())


def _answer(body: Answer, status: int = 200) -> Response:
    return Response(body.to_json(), status=status, content_type="application/json")


def _described(client: ClientDetails) -> Response:
    response = _answer(ClientAnswer.of(client))
    response.set_etag(client.version)
    return response


def _handed_out(new: NewSecret) -> Response:
    response = _answer(NewSecretAnswer.of_new(new), status=201)
    response.headers["Location"] = url_for("admin.show_client", client_id=new.client.id)
    response.set_etag(new.client.version)
    return response
