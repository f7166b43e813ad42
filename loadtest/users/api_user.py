"""The manners of every load client: a valid token, checked bodies, and patience when refused."""

import json
import random
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from locust import FastHttpUser
from locust.contrib.fasthttp import insecure_ssl_context_factory

from loadtest.checks import WrongAnswer, check_refusal, expect, problem_in
from loadtest.recorder import REFUSED
from loadtest.refusals import pause_seconds
from loadtest.source_address import pool_from
from loadtest.tokens import Credentials, Grant, TokenSource, grant_of
from loadtest.users import routes
from loadtest.world import World

# Most clients ask about this year and the next. Fixed years keep a seed's questions the same.
YEARS, YEAR_WEIGHTS = (2025, 2026, 2027, 2028), (1, 6, 3, 1)
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Visit:
    """One arrival, being served.

    due: when the next request was to be sent, in seconds of the run. Of the first that is when the
        user came, however busy the generator was; who goes on asks when the last answer was read.
    calendars: what the user asks about; by popularity when empty.
    """

    due: float
    chance: random.Random
    calendars: tuple[str, ...] = ()


class ApiUser(FastHttpUser):
    """A client of the service, with connections of its own. Several visits may be under way."""

    abstract = True
    role: ClassVar[str | None] = None  # the clients to act as; None for who has no token
    kind: ClassVar[str]
    concurrency = 4  # connections
    connection_timeout = 5.0
    network_timeout = 10.0

    def __init__(
        self, environment: Any, world: World, source: TokenSource | None, address: str | None
    ) -> None:
        """Act as the client of ``source``, or as nobody; from ``address``, or from any."""
        if address is not None:
            self.client_pool = pool_from(
                address,
                concurrency=self.concurrency,
                connection_timeout=self.connection_timeout,
                network_timeout=self.network_timeout,
                # As every user of Locust's: a local stack's certificate is signed by nobody.
                ssl_context_factory=insecure_ssl_context_factory,
                insecure=True,
            )
        self.host = environment.host
        super().__init__(environment)
        self.world = world
        self.source = source
        self.address = address
        self.away_until = 0.0

    def credentials(self) -> Credentials:
        """Return the client to act as. Raises LookupError for who acts as nobody."""
        if self.source is None:
            raise LookupError(f"{self.kind} has no client")
        return self.source.credentials

    @abstractmethod
    def come(self, visit: Visit) -> None:
        """Ask what this kind of user asks on one visit."""

    def a_calendar(self, visit: Visit) -> str:
        """Return what the user asks about."""
        if visit.calendars:
            return visit.chance.choice(visit.calendars)
        return self.world.catalogue.pick(visit.chance)

    def a_year(self, visit: Visit) -> int:
        """Return the year that the user asks about."""
        return visit.chance.choices(YEARS, YEAR_WEIGHTS)[0]

    def ask(
        self,
        visit: Visit,
        path: str,
        route: str,
        check: Callable[[Any], object],
        again_route: str | None = None,
        parse: Callable[[bytes], Any] = json.loads,
    ) -> Any:
        """GET ``path``, counted under ``route``; return its body once ``check`` let it pass.

        again_route: when given, and an answer was seen before, its ETag is sent as If-None-Match;
            then only a 304 without a body is right, and that is counted here.
        Returns None when there is no answer to go on with: refused, failed, or not modified.
        """
        etag = self.world.answers.etag(path) if again_route else None

        def read(response: Any) -> Any:
            if etag is not None:
                _check_not_modified(response)
                return None
            _expect_status(response, 200)
            body = parse(response.content)
            check(body)
            self.world.answers.record(path, response.content, response.headers.get("etag", ""))
            return body

        headers = {"If-None-Match": etag} if etag else {}
        named = again_route if again_route and etag else route
        return self.send(visit, read, path, named, headers)

    def post(self, visit: Visit, path: str, body: Any, route: str, check: Any) -> Any:
        """POST ``body`` as JSON; return the parsed answer once ``check`` let it pass, or None."""

        def read(response: Any) -> Any:
            _expect_status(response, 200)
            answer = json.loads(response.content)
            check(answer)
            return answer

        return self.send(visit, read, path, route, JSON, data=json.dumps(body))

    def send(
        self,
        visit: Visit,
        read: Callable[[Any], Any],
        path: str,
        route: str,
        headers: dict[str, str],
        **request: Any,
    ) -> Any:
        """Send one request with the token of this user; return what ``read`` makes of the answer.

        None when it failed or was refused.
        """
        if self.source is not None:
            token = self.source.bearer(lambda client: self.get_token(visit, client))
            if token is None:
                return None
            headers = headers | {"Authorization": f"Bearer {token}"}
        return self._send(visit, read, path, route, headers=headers, **request)

    def get_token(self, visit: Visit, client: Credentials) -> Grant | None:
        """Return a new grant for ``client`` from the token endpoint, None when there was none."""

        def read(response: Any) -> Grant:
            _expect_status(response, 200)
            return grant_of(json.loads(response.content))

        due = visit.due
        grant: Grant | None = self._send(
            visit,
            read,
            "/oauth/token",
            routes.TOKEN,
            headers=FORM,
            data="grant_type=client_credentials",
            auth=(client.client_id, client.client_secret),
        )
        # Whoever needs a token first waits for its answer since it came.
        visit.due = due
        return grant

    def admitted(self, policy: str, sent: float, done: float) -> None:
        """Note that a request was admitted by a limit; only those who pass theirs care."""

    def _send(
        self, visit: Visit, read: Callable[[Any], Any], path: str, route: str, **request: Any
    ) -> Any:
        """Send a request and record what came of it, timed from when it was due.

        A refusal is no answer and no failure where a plan foresees it; whoever it is, stays away
        for as long as it was told to.
        """
        recorder, due, sent = self.world.recorder, visit.due, self.world.now()
        with self.client.request(
            route.partition(" ")[0], path, name=route.partition(" ")[2], catch_response=True,
            **request,
        ) as response:  # fmt: skip
            done = self.world.now()
            response.request_meta["response_time"] = (done - due) * 1000
            result, complaint = None, None
            outcome = _outcome(response.status_code)
            try:
                if outcome == REFUSED:
                    plan = check_refusal(response.content, response.headers.get("retry-after"))
                    recorder.refused(plan)
                    response.request_meta["request_type"] = REFUSED
                    if self.kind not in self.world.may_be_refused:
                        outcome = "4xx"
                        raise WrongAnswer(f"refused by {plan}, where no plan foresees it")
                elif outcome == "none":
                    _expect_status(response, 200)
                else:
                    result = read(response)
                    self.admitted(response.headers.get("ratelimit-policy", ""), sent, done)
            except WrongAnswer as error:
                complaint = str(error)
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                complaint = f"a body of another shape: {error!r}"
            if complaint is None:
                response.success()
            else:
                response.failure(complaint)
                if outcome in ("2xx", "3xx", REFUSED):
                    outcome = "wrong"
            if response.status_code in (429, 503):
                headers = response.headers or {}
                wait = pause_seconds(headers.get("retry-after"), datetime.now(UTC))
                self.away_until = max(self.away_until, done + wait)
            recorder.answered(route, due, done, outcome, len(response.content or b""))
        # Who goes on, goes on when the answer was there: what we do with it is no wait.
        visit.due = self.world.now()
        return result


def path_of(calendar: str) -> str:
    """Return the path of ``calendar``: an id may hold any letter, and blanks."""
    return f"{routes.LIST}/{quote(calendar, safe='')}"


def _outcome(status: int) -> str:
    if not status:
        return "none"
    return REFUSED if status == 429 else f"{status // 100}xx"


def _expect_status(response: Any, status: int) -> None:
    """Raise WrongAnswer unless ``response`` has ``status``, with the problem it tells instead."""
    if response.status_code == status:
        return
    if not response.status_code:
        # Without the address: a thousand failures of one kind shall be one line in the report.
        raise WrongAnswer(f"no response: {getattr(response.error, 'original', response.error)}")
    raise WrongAnswer(
        f"{response.status_code} in place of {status}: {problem_in(response.content)}"
    )


def _check_not_modified(response: Any) -> None:
    """Check a 304: the validator matched, and no byte of body was sent again."""
    _expect_status(response, 304)
    expect(not response.content, "a 304 carries a body")


def read_json(response: Any) -> Any:
    """Return the parsed body of a 200. Raises WrongAnswer for any other status."""
    _expect_status(response, 200)
    return json.loads(response.content)
