"""The OpenAPI document as requests: its examples, and what provokes each of its problems.

Whoever adds an operation gives each parameter an example where it is declared, and finds here
whether what is usual provokes its problems; what is particular to it goes into ``PARTICULAR``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OUT_OF_COVERAGE = "9999-06-01"
LAST_COVERED = datetime(2100, 12, 31, 12, tzinfo=UTC)
FAR_AHEAD = datetime(9998, 6, 1, 12, tzinfo=UTC)

THE_CLIENT, THE_SECRET = "demo", "the secret of the client"
THE_TOKEN, TOKEN_OF_ANOTHER = "the token", "the token of another client"
ITSELF = "the client that asks"
"""Words of the examples, and of provocations, in whose place something real is sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. ``body``: by name, of JSON or a form; ``raw``: bytes in place of it."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    content_type: str | None = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_values(self, values: Mapping[str, str]) -> "Request":
        """The same with a value in place of each word that stands for one."""

        def real(given: Mapping[str, Any]) -> dict[str, Any]:
            return {
                name: values.get(value, value) if isinstance(value, str) else value
                for name, value in given.items()
            }

        body = None if self.body is None else real(self.body)
        return replace(self, path=real(self.path), body=body)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    path: str
    method: str
    described: dict[str, Any]
    document: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def is_guarded(self) -> bool:
        """True when it takes a token."""
        return bool(self.described["security"])

    @property
    def needs_redis(self) -> bool:
        """True when it is refused while Redis is down."""
        return str(self) in NEED_REDIS

    @property
    def scopes(self) -> tuple[str, ...]:
        """Those that a token needs."""
        return tuple(self.described["security"][0]["client"])

    @property
    def content_type(self) -> str | None:
        """The one media type of its body."""
        return next(iter(self.described.get("requestBody", {}).get("content", {})), None)

    @property
    def body(self) -> dict[str, Any]:
        """The schema of its body, and an example."""
        if self.content_type is None:
            return {"schema": {"properties": {}}, "example": {}}
        content = self.described["requestBody"]["content"][self.content_type]
        name = content["schema"]["$ref"].rpartition("/")[2]
        schema = self.document["components"]["schemas"][name]
        return {"schema": schema, "example": content.get("example", {})}

    def examples(self) -> dict[str, list[str]]:
        """Requests by what they show: each is the names of the parameters to send."""
        parameters = self.described["parameters"]
        required = [p["name"] for p in parameters if p["required"]]
        required += self.body["schema"].get("required", [])
        optional = [p["name"] for p in parameters if not p["required"]]
        optional += [name for name in self.body["schema"]["properties"] if name not in required]
        needs = next((n for end, n in TOGETHER.items() if self.path.endswith(end)), {})
        alone = {"what is required": [*required, *needs.get("", [])]}
        return alone | {
            f"with {name}": [*required, *needs.get(name, [*needs.get("", []), name])]
            for name in optional
        }

    def missing_examples(self) -> list[str]:
        """The parameters and parts of the body without an example."""
        missing = [p["name"] for p in self.described["parameters"] if "example" not in p]
        return missing + [
            n for n in self.body["schema"]["properties"] if n not in self.body["example"]
        ]

    def request(self, names: list[str]) -> Request:
        """The request with the examples of ``names``."""
        values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for parameter in self.described["parameters"]:
            if parameter["name"] in names and "example" in parameter:
                values[parameter["in"]][parameter["name"]] = parameter["example"]
        body = {name: value for name, value in self.body["example"].items() if name in names}
        return Request(
            values["path"],
            values["query"],
            body if self.content_type else None,
            self.content_type,
            headers=values["header"],
        )

    def send(
        self, client: FlaskClient, request: Request, headers: Mapping[str, str], address: str
    ) -> TestResponse:
        """Send it, from an address of the network."""
        data: dict[str, Any] = {}
        if request.raw is not None:
            data = {"data": request.raw, "content_type": request.content_type}
        elif request.content_type == JSON:
            data = {"json": request.body}
        elif request.content_type == FORM:
            data = {"data": request.body}
        return client.open(
            self.path.format(**request.path),
            method=self.method.upper(),
            query_string={name: _in_address(value) for name, value in request.query.items()},
            headers={**headers, **request.headers},
            environ_overrides={"REMOTE_ADDR": address},
            **data,
        )


def _in_address(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def operations_of(document: dict[str, Any]) -> list[Operation]:
    """Every operation of the document."""
    return [
        Operation(path, method, described, document)
        for path, operations in document["paths"].items()
        for method, described in operations.items()
    ]


@dataclass(frozen=True, slots=True)
class Provocation:
    """How the example of an operation is changed to be answered otherwise.

    values: for parameters that the operation has, in the path, the query or the body; unknown: for
    one it has not. scopes: those of the token; token: another in its place. is_known: whether the
    credentials of a client are sent. at: what time it is. is_limited: after one request of one that
    are allowed; is_up: False with a store lost that it needs; again: with the ETag of the first
    answer.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    content_type: str | None = None
    raw: bytes | None = None
    scopes: tuple[str, ...] | None = None
    token: str | None = None
    is_known: bool = True
    at: datetime = NOON
    is_limited: bool = False
    is_up: bool = True
    again: bool = False

    def of(self, operation: Operation) -> Request:
        """The request that provokes it."""
        request = operation.request(operation.examples()["what is required"])
        names = {p["name"]: p["in"] for p in operation.described["parameters"]}

        def changed(place: str, given: Mapping[str, Any]) -> dict[str, Any]:
            new = {n: v for n, v in self.values.items() if names.get(n, "body") == place}
            return {n: v for n, v in {**given, **new}.items() if n not in self.leave_out}

        properties = operation.body["schema"]["properties"]
        body = {n: v for n, v in changed("body", request.body or {}).items() if n in properties}
        return replace(
            request,
            path=changed("path", request.path),
            query={**changed("query", request.query), **self.unknown},
            body=body if operation.content_type else None,
            raw=self.raw,
            content_type=self.content_type or request.content_type,
            headers={**request.headers, **self.headers},
        )


USUAL = {
    "invalid-query": Provocation(
        values={"year": "abc", "offset": "99", "observed": "never"},
        unknown={"no_such_parameter": "1"},
    ),
    "bad-request": Provocation(raw=b"{"),
    "unauthorized": Provocation(is_known=False),
    "invalid-token": Provocation(token="no.such.token"),
    "insufficient-scope": Provocation(scopes=()),
    "not-found": Provocation(values={"slug": "no-such-type"}),
    "unknown-calendar": Provocation(
        values={"calendar_id": "XX", "country_code": "ZZ", "iso_code": "ZZ"}
    ),
    "ambiguous-name": Provocation(values={"calendar_id": "Georgia"}),
    "not-acceptable": Provocation(headers={"Accept": "image/png"}),
    "payload-too-large": Provocation(raw=b"x" * 300_000),
    "unsupported-media-type": Provocation(raw=b"{}", content_type="text/plain"),
    "date-out-of-coverage": Provocation(
        values={
            **dict.fromkeys(("date", "start", "trade_date", "after"), OUT_OF_COVERAGE),
            "year": 9999,
        }
    ),
    "question-too-large": Provocation(values={"calendar_id": "+".join(["SE"] * 11)}),
    "rate-limited": Provocation(is_limited=True),
    "unavailable": Provocation(is_up=False),
    # Those of the administration of clients
    "invalid-body": Provocation(
        values={"ends_in_seconds": "soon", "disabled": "yes"}, leave_out=("name",)
    ),
    "invalid-client": Provocation(values={"name": "", "ends_in_seconds": -1}),
    "unknown-client": Provocation(values={"client_id": "nobody"}),
    "unknown-secret": Provocation(values={"secret_id": "00000000"}),
    "client-exists": Provocation(values={"id": "acme"}),
    "would-lock-out": Provocation(values={"client_id": ITSELF, "disabled": True}),
    "changed-meanwhile": Provocation(headers={"If-Match": '"of another version"'}),
    # Those of RFC 6749, section 5.2
    "invalid_request": Provocation(leave_out=("grant_type", "token")),
    "invalid_grant": Provocation(
        values={
            "grant_type": "refresh_token",
            "refresh_token": "spent",
            "token": TOKEN_OF_ANOTHER,
        }
    ),
    "unsupported_grant_type": Provocation(values={"grant_type": "password"}),
    "invalid_scope": Provocation(values={"scope": "no:such:scope"}),
    "invalid_client": Provocation(headers={"Authorization": "Basic bm9ib2R5OndpdGg="}),
    # No problems, but answers of another status
    "200": Provocation(),
    "204": Provocation(),
    "304": Provocation(again=True),
}
"""What provokes an answer, for operations that have nothing particular."""

PARTICULAR: dict[str, dict[str, Provocation]] = {
    "/business-days": {
        "date-out-of-coverage": Provocation(values={"from": "9999-01-01", "to": "9999-01-08"})
    },
    "/business-days/count": {
        "date-out-of-coverage": Provocation(values={"from": "9999-01-01", "to": "9999-01-08"})
    },
    "/days/today": {"date-out-of-coverage": Provocation(at=FAR_AHEAD)},
    "/batch": {
        "question-too-large": Provocation(values={"questions": ["calendars"] * 1_001}),
        "rate-limited": Provocation(values={"questions": ["calendars"]}, is_limited=True),
    },
    "/v3/IsTodayPublicHoliday/{country_code}": {
        "200": Provocation(at=datetime(2026, 12, 25, 12, tzinfo=UTC)),
        "204": Provocation(),
    },
    "/IsToday/{offset}": {
        "200": Provocation(at=datetime(2026, 12, 25, 12, tzinfo=UTC)),
        "204": Provocation(),
    },
    "/v3/NextPublicHolidays/{country_code}": {"204": Provocation(at=LAST_COVERED)},
    "/v4/Holidays/{country_code}/Next": {"204": Provocation(at=LAST_COVERED)},
    "/v3/NextPublicHolidaysWorldwide": {"204": Provocation(at=FAR_AHEAD)},
}
"""What is particular to an operation, by the end of its path."""

BOTH = ["client_id", "client_secret"]
CREDENTIALS = {"client_id": BOTH, "client_secret": BOTH}
PERIOD = {"year": ["year"], "from": ["from", "to"], "to": ["from", "to"]}

TOGETHER: dict[str, dict[str, list[str]]] = {
    "{calendar_id}/holidays": {"": ["year"], **PERIOD},
    "/holidays.json": {"": ["year"], **PERIOD},
    "/holidays.csv": {"": ["year"], **PERIOD},
    "/holidays.ics": PERIOD,
    "/oauth/token": CREDENTIALS,
    "/oauth/revoke": CREDENTIALS,
    "/oauth/introspect": CREDENTIALS,
}
"""Parameters that come together, by the end of the path; under "" what is needed in any case."""


def provocation(operation: Operation, name: str) -> Provocation | None:
    """What provokes the answer that the document lists under ``name``; None when not known."""
    for end, particular in PARTICULAR.items():
        if operation.path.endswith(end) and name in particular:
            return particular[name]
    return USUAL.get(name)


NEED_REDIS = {
    "GET /api/v1/me/usage",
    "POST /oauth/revoke",
    "PATCH /api/v1/clients/{client_id}",
    "POST /api/v1/clients/{client_id}/secrets",
    "DELETE /api/v1/clients/{client_id}/secrets/{secret_id}",
}
OF_REDIS = {"unknown-secret", "would-lock-out", "changed-meanwhile"}
"""The operations that are refused while Redis is down, and the problems that they alone have."""
