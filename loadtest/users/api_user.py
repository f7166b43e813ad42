"""The manners of every load client: a valid token, checked bodies, and patience when refused."""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from locust import FastHttpUser

from loadtest.checks import WrongAnswer, check_calendar, expect, problem_in
from loadtest.refusals import DEFAULT_PAUSE_SECONDS, pause_seconds
from loadtest.report import REFUSED
from loadtest.scenario import Scenario
from loadtest.tokens import Credentials, Grant, TokenSource, grant_of

LIST = "/api/v1/calendars"
# As it is named in the report: what is asked of one calendar is one route.
ONE = f"{LIST}/{{id}}"
TOKEN_ROUTE = "/oauth/token"  # noqa: S105 - a path, not a token


class ApiUser(FastHttpUser):
    """A client in a closed loop: it asks again as soon as it has its answer."""

    abstract = True
    scenario: ClassVar[Scenario]  # set once by the locustfile, before any user is made
    connection_timeout = 5.0
    network_timeout = 10.0

    def on_start(self) -> None:
        """Take the next seat: a chance of its own, and one of the clients to act as."""
        self.chance: random.Random
        self.source: TokenSource
        self.chance, self.source = self.scenario.next_user()

    def path_of(self, calendar: str) -> str:
        """Return the path of ``calendar``: an id may hold any letter, and blanks."""
        return f"{LIST}/{quote(calendar, safe='')}"

    def covers(self, calendar: str, first: date, last: date) -> bool:
        """True when ``calendar`` has facts from ``first`` to ``last``.

        As a careful client does, this reads a calendar before the first question about it, and
        then knows. False as well when it could not be read.
        """
        coverage = self.scenario.coverage.get(calendar) or self.read_calendar(calendar)
        return coverage is not None and coverage[0] <= first and last <= coverage[1]

    def read_calendar(self, calendar: str) -> tuple[date, date] | None:
        """Ask what ``calendar`` is, and return what it covers; None without an answer."""
        check = partial(check_calendar, calendar=calendar)
        body = self.ask(self.path_of(calendar), ONE, check)
        if body is None:
            return None
        coverage = self.scenario.coverage[calendar] = check(body)
        return coverage

    def ask(
        self,
        path: str,
        route: str,
        check: Callable[[Any], object],
        etag: str | None = None,
    ) -> Any:
        """GET ``path``, counted under ``route``; return the parsed body once ``check`` let it pass.

        etag: when given it is sent as If-None-Match, and only a 304 without a body is right.
        Returns None when there is no answer to go on with: refused, failed, or not modified.
        """
        token = self.source.bearer(self._request_grant)
        if token is None:
            time.sleep(DEFAULT_PAUSE_SECONDS)
            return None
        headers = {"Authorization": f"Bearer {token}"}
        if etag is not None:
            headers["If-None-Match"] = etag

        def read(response: Any) -> Any:
            if etag is not None:
                return _check_not_modified(response)
            _expect_status(response, 200)
            body = json.loads(response.content)
            check(body)
            self.scenario.answers.record(path, response.content, response.headers.get("etag", ""))
            return body

        return self._send(read, "GET", path, route, headers=headers)

    def _request_grant(self, client: Credentials) -> Grant | None:
        """Return a new grant for ``client`` from the token endpoint, None when there was none."""

        def read(response: Any) -> Grant:
            _expect_status(response, 200)
            return grant_of(json.loads(response.content))

        form = {"Content-Type": "application/x-www-form-urlencoded"}
        grant: Grant | None = self._send(
            read,
            "POST",
            TOKEN_ROUTE,
            TOKEN_ROUTE,
            headers=form,
            data="grant_type=client_credentials",
            auth=(client.client_id, client.client_secret),
        )
        return grant

    def _send(
        self, read: Callable[[Any], Any], method: str, path: str, route: str, **request: Any
    ) -> Any:
        """Send one request and return what ``read`` makes of its response; None when it failed.

        Sleeping holds up this user alone: Locust has replaced ``time.sleep`` by gevent's.
        A 429 is entered under the type REFUSED, so that neither the failures nor the times of
        the answers know of it; then the user stays away for as long as it was told to.
        """
        with self.client.request(
            method, path, name=route, catch_response=True, **request
        ) as response:
            if response.status_code == 429:
                response.request_meta["request_type"] = REFUSED
                response.success()
                headers = response.headers or {}
            else:
                try:
                    result = read(response)
                except WrongAnswer as error:
                    response.failure(error)
                    return None
                except (AttributeError, LookupError, TypeError, ValueError) as error:
                    response.failure(f"a body of another shape: {error!r}")
                    return None
                response.success()
                return result
        time.sleep(pause_seconds(headers.get("retry-after"), datetime.now(UTC)))
        return None


def _expect_status(response: Any, status: int) -> None:
    """Raise WrongAnswer unless ``response`` has ``status``, with the problem it tells instead."""
    if response.status_code == status:
        return
    if not response.status_code:
        raise WrongAnswer(f"no response: {response.error!r}")
    raise WrongAnswer(
        f"{response.status_code} in place of {status}: {problem_in(response.content)}"
    )


def _check_not_modified(response: Any) -> None:
    """Check a 304: the validator matched, and no byte of body was sent again."""
    _expect_status(response, 304)
    expect(not response.content, "a 304 carries a body")
