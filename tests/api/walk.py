"""Walks through the OpenAPI document: asks an application its examples, and what they provoke."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from app.api import clock
from app.auth import EXTENSION as AUTH
from app.auth.client_secrets import hash_of, id_of
from app.auth.clients import DEFAULT_PLAN
from app.auth.scopes import READ_SCOPE
from app.errors.problem import CONTENT_TYPE, Problem
from app.gate import access_note
from app.store.models import ClientRow, ClientSecretRow
from tests.api.conftest import basic
from tests.api.contract import (
    ITSELF,
    THE_CLIENT,
    THE_SECRET,
    THE_TOKEN,
    TOKEN_OF_ANOTHER,
    Operation,
    Provocation,
    Request,
    provocation,
)
from tests.conftest import add_client, store_of, token_for

OF_HTTP = {"Content-Type", "Content-Length", "Date", "Pragma"}
FOR_NGINX = {access_note.HEADER}
DEMO = "demo"
MANAGED, TO_BE_MADE = "acme", "globex"
EXAMPLE_SECRET = "test"  # Its SHA-256 begins with the example of secret_id.
ONE_REQUEST = dict.fromkeys(("rate_limit", "token_rate_limit", "anonymous_rate_limit"), "1/hour")


class Walk:
    """Asks ``app`` about the operations, each from an address and for a client of its own.

    limited: the same with the settings of ONE_REQUEST; lose: takes away for good what the
    operations depend on.
    """

    def __init__(
        self, app: Flask, limited: Flask, operations: list[Operation], lose: Callable[[], None]
    ) -> None:
        self._app, self._limited, self._lose = app, limited, lose
        self._operations = operations
        self._addresses = {str(op): f"192.0.2.{n}" for n, op in enumerate(operations, 1)}
        self._real = {THE_CLIENT: DEMO, THE_SECRET: add_client(app, DEMO)}
        self._is_lost = False
        self._tokens: dict[tuple[str, tuple[str, ...] | None], str] = {}

    def wrong_examples(self) -> list[str]:
        """What is wrong about the answers to the examples: each has to be as documented."""
        found = []
        for operation in self._operations:
            for shown, names in operation.examples().items():
                response = self._send(operation, operation.request(names), Provocation())
                if not 200 <= response.status_code < 300:
                    answer = f"{response.status_code} {response.text[:200]}"
                    found.append(f"{operation} {shown}: {answer}")
                found += [f"{operation} {shown}: {fault}" for fault in faults(operation, response)]
        return found

    def provoke(self) -> tuple[list[str], dict[str, set[str]]]:
        """Provoke every answer: what is wrong about them, and the details by type of problem."""
        found: list[str] = []
        details: dict[str, set[str]] = {}
        answers = [
            (operation, int(status), name, example)
            for operation in self._operations
            for status, name, example in documented_answers(operation)
        ]
        # What is lost is lost for good: those come last.
        for operation, status, name, example in sorted(answers, key=lambda a: a[1] == 503):
            how = provocation(operation, name)
            if how is None:
                found.append(f"{operation}: nothing provokes {name}; see contract.py")
                continue
            response = self._send(operation, how.of(operation), how)
            where = f"{operation} {name}"
            if response.status_code != status:
                found.append(f"{where}: {response.status_code} {response.text[:200]}")
                continue
            found += [f"{where}: {fault}" for fault in faults(operation, response)]
            if example is None:
                continue
            body = json.loads(response.data)
            kind = ("type", "title", "status") if "type" in example else ("error",)
            if any(body[key] != example[key] for key in kind):
                found.append(f"{where}: the example says {example}, the answer {body}")
            if parse_options_header(response.content_type)[0] == CONTENT_TYPE:
                details.setdefault(name, set()).add(without_numbers(body["detail"]))
        return found, details

    def _send(self, operation: Operation, request: Request, how: Provocation) -> TestResponse:
        asked = self._limited if how.is_limited else self._app
        asked.extensions[clock.EXTENSION] = lambda: how.at
        if not how.is_up and not self._is_lost:
            for each in self._operations:
                self._prepare(each)
            self._lose()
            self._is_lost = True
        headers = self._headers(operation, request, how)
        if how.is_up:
            self._prepare(operation)
        address = self._addresses[str(operation)]
        request = request.with_values({**self._real, ITSELF: address})

        def send() -> TestResponse:
            return operation.send(asked.test_client(), request, headers, address)

        if how.is_limited:
            send()
        if how.again:
            headers["If-None-Match"] = send().headers["ETag"]
        return send()

    def _headers(self, operation: Operation, request: Request, how: Provocation) -> dict[str, str]:
        if not operation.is_guarded:
            proves_itself = "client_secret" in (request.body or {})
            if not operation.path.startswith("/oauth/") or proves_itself:
                return {}
            return basic(DEMO, self._real[THE_SECRET])
        if not how.is_known:
            return {}
        return {"Authorization": f"Bearer {how.token or self._token(operation, how)}"}

    def _token(self, operation: Operation, how: Provocation) -> str:
        client_id = self._addresses[str(operation)]
        if how.is_up:
            scopes = operation.scopes if how.scopes is None else how.scopes
            token = token_for(self._app, client_id, scopes)
            self._tokens[client_id, how.scopes] = token
        return self._tokens[client_id, how.scopes]

    def _prepare(self, operation: Operation) -> None:
        """Let there be what the examples speak of, however the requests before left it."""
        if operation.path.startswith("/oauth/"):
            self._real[THE_TOKEN] = token_for(self._app, DEMO)
            self._real[TOKEN_OF_ANOTHER] = token_for(self._app, "another")
        if operation.path.startswith("/api/v1/clients"):
            itself = self._addresses[str(operation)]
            store_of(self._app).sql.call(lambda session: _reset_clients(session, itself))
            for app in (self._app, self._limited):
                app.extensions[AUTH].clients.on_news(MANAGED)


def _reset_clients(session: Session, itself: str) -> None:
    now, sha256 = datetime.now(UTC), hash_of(EXAMPLE_SECRET)
    ids = (MANAGED, TO_BE_MADE, itself)
    session.execute(delete(ClientSecretRow).where(ClientSecretRow.client_id.in_(ids)))
    session.execute(delete(ClientRow).where(ClientRow.id == TO_BE_MADE))
    row = ClientRow(id=MANAGED, name="Test", scopes=READ_SCOPE, plan=DEFAULT_PLAN, created_at=now)
    row.disabled_at = None
    session.merge(row)
    for client_id in (MANAGED, itself):
        secret = {"id": id_of(sha256), "secret_sha256": sha256, "created_at": now}
        session.merge(ClientSecretRow(client_id=client_id, **secret))


def faults(operation: Operation, response: TestResponse) -> list[str]:
    """What the document does not say of an answer, or says otherwise."""
    described = operation.described["responses"].get(str(response.status_code))
    if described is None:
        return [f"answers {response.status_code}, which is not documented: {response.text[:200]}"]
    found = []
    for name, reference in described["headers"].items():
        header = operation.document["components"]["headers"][name]
        value: Any = response.headers.get(name)
        if value is None:
            if header["required"]:
                found.append(f"{response.status_code} lacks the header {name}")
            continue
        if header["schema"]["type"] == "integer":
            value = json.loads(value)
        validator = Draft202012Validator(header["schema"])
        found += [f"{name}: {e.message}" for e in validator.iter_errors(value)]
        assert reference == {"$ref": f"#/components/headers/{name}"}
    if extra := set(response.headers.keys()) - OF_HTTP - FOR_NGINX - described["headers"].keys():
        found.append(f"{response.status_code} has undocumented headers: {sorted(extra)}")

    content = described.get("content", {})
    if not content:
        return [*found, *(["has a body, and none is documented"] if response.data else [])]
    media_type = response.mimetype or ""
    if media_type not in content:
        return [*found, f"answers {media_type}, which is not documented"]
    schema = content[media_type]["schema"]
    body = json.loads(response.data) if media_type.endswith("json") else response.text
    validator = Draft202012Validator({**schema, "components": operation.document["components"]})
    found += [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(body)]
    if "example" in content[media_type] and body != content[media_type]["example"]:
        found.append(f"the example of {response.status_code} is not what is answered: {body}")
    return found


def documented_answers(operation: Operation) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Status, name and example of all that the document says may be answered."""
    answers: list[tuple[str, str, dict[str, Any] | None]] = []
    for status, response in operation.described["responses"].items():
        contents = response.get("content", {}).values()
        named = [
            (status, name, example["value"])
            for content in contents
            for name, example in content.get("examples", {}).items()
        ]
        if int(status) >= 400:
            assert named, f"{operation}: {status} has no example"
            answers += named
        elif status not in ("200", "201") or not contents:
            answers.append((status, status, None))
    return answers


def unseen_examples(details: dict[str, set[str]], slugs: Iterable[str]) -> list[str]:
    """The types of problems whose example is no answer that was seen."""
    kinds = {kind.slug: kind for kind in Problem.__subclasses__()}
    return [
        slug
        for slug in slugs
        if without_numbers(kinds[slug].example) not in details.get(slug, set())
    ]


def without_numbers(text: str) -> str:
    """``text`` with 0 in place of each number."""
    return re.sub(r"[0-9]+", "0", text)
