"""The gate answers as Flask does: the same requests, with the gate warm and without one."""

import re
import tracemalloc
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth.scopes import OFFLINE_SCOPE, READ_SCOPE
from app.gate import EXTENSION as GATE
from app.gate import access_note
from app.store.prober import Prober
from tests.conftest import MakeApp, metric, token_for

SE = "/api/v1/calendars/SE"
DAY = f"{SE}/days/2026-06-19"
IN_ANOTHER_CASE = "/Api/V3/publicHOLIDAYS/2026/se"
GUARDED = [
    "/api/v1/calendars",
    "/api/v1/calendars?kind=market",
    SE,
    "/api/v1/calendars/SE+NO",
    "/api/v1/calendars/AT/subdivisions",
    f"{SE}/business-days/add?start=2026-06-18&days=3",
    f"{SE}/business-days/adjust?date=2026-06-20&convention=following",
    f"{SE}/business-days?from=2026-06-01&to=2026-07-01",
    f"{SE}/business-days/count?from=2026-06-01&to=2026-07-01",
    f"{SE}/business-days/next?date=2026-06-19",
    f"{SE}/business-days/previous?date=2026-06-19",
    f"{SE}/business-days/subtract?start=2026-06-18&days=3",
    DAY,
    f"{DAY}?lang=fr",
    f"{SE}/holidays?year=2026",
    f"{SE}/holidays?to=2026-12-31&from=2026-06-01",
    f"{SE}/holidays.csv?year=2026",
    f"{SE}/holidays.ics?year=2026",
    f"{SE}/holidays.json?year=2026&lang=de",
    f"{SE}/long-weekends?year=2026",
    f"{SE}/settlement?trade_date=2026-06-18",
    "/api/v1/holidays?date=2026-06-19&kind=market",
]
OPEN = [
    "/api/v3/PublicHolidays/2026/SE",
    "/api/v3/PublicHolidays/2026/us?observed=actual",
    IN_ANOTHER_CASE,
    "/api/v3/LongWeekend/2026/SE",
    "/api/v3/CountryInfo/SE",
    "/api/v3/Version",
    "/api/v4/Holidays/SE/2026",
    "/api/v4/Countries/SE",
    "/api/v4/Versions",
]
NEVER_KEPT = {
    "/api/v1/audit-log",
    "/api/v1/calendars/<calendar_id>/days/today",
    "/api/v1/calendars/<calendar_id>/holidays/next",
    "/api/v1/clients",
    "/api/v1/clients/<client_id>",
    "/api/v1/data-version",
    "/api/v1/holidays/upcoming",
    "/api/v1/me",
    "/api/v1/me/usage",
    "/api/v3/AvailableCountries",
    "/api/v3/IsTodayPublicHoliday/<country_code>",
    "/api/v3/NextPublicHolidays/<country_code>",
    "/api/v3/NextPublicHolidaysWorldwide",
    "/api/v4/Countries/Available",
    "/api/v4/Holidays/<country_code>/Next",
    "/api/v4/IotHolidays/<iso_code>/IsToday/<offset>",
}
TODAYS = [
    f"{SE}/days/today",
    f"{SE}/holidays/next",
    f"{SE}/holidays.ics",  # The window that moves on with the year.
    "/api/v1/holidays/upcoming?kind=market",
    "/api/v3/NextPublicHolidays/SE",
    "/api/v4/Holidays/SE/Next",
]
VARIANTS = [
    {},
    {"Accept": "text/csv"},
    {"Accept": "text/calendar, */*;q=0.1"},
    {"Accept": "image/png"},
    {"Accept-Language": "de"},
    {"Accept-Language": "fr;q=0.2, sv"},
    {"Accept-Language": ""},
    {"If-None-Match": '"{etag}"'},
    {"If-None-Match": 'W/"{etag}"'},
    {"If-None-Match": '"0", W/"{etag}"'},
    {"If-None-Match": "{etag}"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"0"'},
    {"If-None-Match": '"{etag}"', "If-Match": '"0"'},
    {"If-Modified-Since": "Sat, 21 Nov 2026 12:00:00 GMT"},
    {"Range": "bytes=0-1"},
    {"X-Request-ID": "chosen-by-the-client"},
    {"X-Request-ID": "no good"},
]
MOVES = {"X-Request-ID", "RateLimit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
PLAIN_LIMITS = {"rate_limit": "100000/minute", "anonymous_rate_limit": "100000/minute"}


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(Prober, "ensure_started", lambda _self: None)
    return make_app(**PLAIN_LIMITS)


@pytest.fixture
def without_gate(app: Flask, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr("app.gate.init_app", lambda _app, _settings: None)
    monkeypatch.setattr("app.gate.stand_before", lambda _app, _settings: None)
    return make_app(**PLAIN_LIMITS).test_client()


class Gate:
    """Counts what the gate answered since it was looked at last."""

    def __init__(self) -> None:
        self._before = self._value()

    def answered(self) -> int:
        before, self._before = self._before, self._value()
        return int(self._before - before)

    @staticmethod
    def _value() -> float:
        return metric("fasti_cache_total", tier="gate")


@pytest.fixture
def gate() -> Gate:
    return Gate()


Said = tuple[int, list[tuple[str, str]], bytes]


def ask(client: FlaskClient, path: str, headers: dict[str, str], method: str = "GET") -> Said:
    """What is answered, with the numbers that move left out."""
    response = client.open(path, method=method, headers=headers)
    fields = [
        (name, re.sub("[0-9a-f]+", "0", value) if name in MOVES else value)
        for name, value in response.headers
        if name != access_note.HEADER  # It says who answers.
    ]
    instance = re.compile(rb'("(?:instance|traceId)":")[0-9a-f]+')
    return response.status_code, sorted(fields), instance.sub(rb"\1", response.data)


@pytest.mark.parametrize("path", GUARDED + OPEN)
def test_it_answers_as_flask_does(
    client: FlaskClient,
    without_gate: FlaskClient,
    bearer: dict[str, str],
    gate: Gate,
    path: str,
) -> None:
    """Twice, so that the second is the gate's but for what it leaves to Flask."""
    sent = bearer if path in GUARDED else {}
    etag = dict(ask(without_gate, path, sent)[1])["ETag"].strip('"')
    for variant in VARIANTS:
        headers = sent | {name: text.format(etag=etag) for name, text in variant.items()}
        for method in ("GET", "HEAD"):
            expected = ask(without_gate, path, headers, method)
            gate.answered()
            assert ask(client, path, headers, method) == expected, (variant, method)
            assert ask(client, path, headers, method) == expected, (variant, method)
            is_for_flask = {"Range", "If-Match"} & headers.keys() or expected[0] == 406
            assert bool(gate.answered()) is not bool(is_for_flask), (variant, method)


def test_every_question_that_is_kept_is_asked_above(app: Flask) -> None:
    adapter = app.url_map.bind("fasti.test")
    paths = [path.partition("?")[0] for path in GUARDED + OPEN if path != IN_ANOTHER_CASE]
    asked = {str(adapter.match(path, return_rule=True)[0]) for path in paths}
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/api/")
    }
    assert asked | NEVER_KEPT == rules
    assert not asked & NEVER_KEPT


def test_an_answer_that_its_client_held_already_is_kept_whole(
    app: Flask, client: FlaskClient, bearer: dict[str, str], gate: Gate
) -> None:
    first = client.get(DAY, headers=bearer)
    app.extensions[GATE].memory.delete(next(iter(app.extensions[GATE].memory._entries)))
    held = {"If-None-Match": first.headers["ETag"]}
    assert client.get(DAY, headers=bearer | held).status_code == 304
    gate.answered()
    whole = client.get(DAY, headers=bearer)
    assert gate.answered() == 1
    assert (whole.status_code, whole.data) == (200, first.data)


@pytest.mark.parametrize("path", TODAYS)
def test_what_is_true_today_only_is_never_kept(
    client: FlaskClient, bearer: dict[str, str], gate: Gate, path: str
) -> None:
    for _ in range(3):
        assert client.get(path, headers=bearer).status_code == 200
    assert gate.answered() == 0


@pytest.mark.parametrize("path", ["/api/v1/me", "/nothing", f"{SE}/days/x", f"{DAY}?x=1"])
def test_what_is_of_one_client_and_what_is_refused_is_never_kept(
    client: FlaskClient, bearer: dict[str, str], gate: Gate, path: str
) -> None:
    for _ in range(3):
        client.get(path, headers=bearer)
    assert gate.answered() == 0


def test_a_parameter_that_is_ignored_makes_no_other_answer(client: FlaskClient, gate: Gate) -> None:
    for _ in range(3):
        assert client.get("/api/v4/Versions?made=up").status_code == 200
    assert gate.answered() == 0


def test_other_methods_are_flasks(client: FlaskClient, bearer: dict[str, str], gate: Gate) -> None:
    for _ in range(2):
        client.get(DAY, headers=bearer)
    gate.answered()
    assert client.options(DAY, headers=bearer).status_code == 200
    assert client.post(DAY, headers=bearer).status_code == 405
    assert client.get(DAY, headers=bearer, data="body").status_code == 200
    assert gate.answered() == 0


@pytest.fixture
def kept(client: FlaskClient, bearer: dict[str, str], gate: Gate) -> Iterator[str]:
    """A question that the gate would answer; and it does after the test, to who may ask."""
    for _ in range(2):
        assert client.get(DAY, headers=bearer).status_code == 200
    assert gate.answered() == 1
    yield DAY
    assert gate.answered() == 0
    client.get(DAY, headers=bearer)
    assert gate.answered() == 1


@pytest.mark.parametrize("credentials", [None, "", "Bearer", "Bearer x.y.z", "Basic ZGVtbzp4"])
def test_a_kept_answer_is_for_nobody_without_a_token(
    client: FlaskClient, kept: str, credentials: str | None
) -> None:
    headers = {} if credentials is None else {"Authorization": credentials}
    response = client.get(kept, headers=headers)
    assert response.status_code == 401
    assert "WWW-Authenticate" in response.headers


def test_a_kept_answer_is_for_nobody_with_another_signature(
    client: FlaskClient, kept: str, bearer: dict[str, str]
) -> None:
    token = bearer["Authorization"]
    other = token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BAAAAAAA")
    assert client.get(kept, headers={"Authorization": other}).status_code == 401


def test_a_kept_answer_is_for_nobody_without_the_scope(
    app: Flask, client: FlaskClient, kept: str
) -> None:
    token = token_for(app, "other", scopes=(OFFLINE_SCOPE,))
    for _ in range(2):
        response = client.get(kept, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 403
        assert response.headers["X-RateLimit-Remaining"]


def test_the_scheme_is_read_in_either_case(
    client: FlaskClient, bearer: dict[str, str], gate: Gate
) -> None:
    client.get(DAY, headers=bearer)
    for scheme in ("bearer", "BEARER", "Bearer  "):
        token = bearer["Authorization"].removeprefix("Bearer ")
        response = client.get(DAY, headers={"Authorization": f"{scheme} {token}"})
        assert response.status_code == 200
    assert gate.answered() == 3


def test_a_request_is_charged_once_at_whichever_entrance(
    app: Flask, client: FlaskClient, gate: Gate
) -> None:
    headers = {"Authorization": f"Bearer {token_for(app, plan='five-an-hour')}"}
    answers = [client.get(path, headers=headers) for path in (DAY, DAY, SE, DAY, SE)]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == list("43210")
    for _ in range(3):
        refused = client.get(DAY, headers=headers)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert gate.answered() == 3


def test_a_refusal_at_the_gate_is_counted_once(app: Flask, client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {token_for(app, plan='one-an-hour')}"}
    client.get(DAY, headers=headers)
    labels = {"kind": "client", "plan": "one-an-hour"}
    before = metric("fasti_rate_limited_total", **labels)
    assert client.get(DAY, headers=headers).status_code == 429
    assert metric("fasti_rate_limited_total", **labels) == before + 1


def test_an_address_has_one_limit_at_both_entrances(
    make_app: MakeApp, app: Flask, gate: Gate
) -> None:
    client = make_app(anonymous_rate_limit="3/hour").test_client()
    paths = ["/api/v4/Versions", "/api/v4/Versions", "/api/v3/Version", "/api/v4/Versions"]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200, 429]
    assert gate.answered() == 1
    other = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/v4/Versions", environ_overrides=other).status_code == 200


def test_the_kind_of_question_is_kept_with_the_answer(app: Flask, client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {token_for(app, plan='priced')}"}
    headers["Accept"] = "text/calendar"

    def left() -> int:
        response = client.get(f"{SE}/holidays?year=2026", headers=headers)
        return int(response.headers["X-RateLimit-Remaining"])

    first, second, third = left(), left(), left()
    assert first - second == second - third > 1


def test_what_is_asked_at_the_gate_is_counted_by_route(
    client: FlaskClient, bearer: dict[str, str]
) -> None:
    labels = {
        "method": "HEAD",
        "route": "/api/v1/calendars/<calendar_id>/days/<date>",
        "status": "200",
    }
    client.get(DAY, headers=bearer)
    before = metric("fasti_http_requests_total", **labels)
    client.head(DAY, headers=bearer)
    assert metric("fasti_http_requests_total", **labels) == before + 1


def test_a_new_answer_version_leaves_the_old_answers_behind(
    app: Flask, client: FlaskClient, bearer: dict[str, str], gate: Gate
) -> None:
    client.get(DAY, headers=bearer)
    app.config["FASTI_ANSWER_VERSION"] = "another"
    client.get(DAY, headers=bearer)
    assert gate.answered() == 0
    client.get(DAY, headers=bearer)
    assert gate.answered() == 1


def test_many_different_questions_take_no_more_than_the_bound(
    make_app: MakeApp, app: Flask, gate: Gate
) -> None:
    bound = 200_000
    small = make_app(**PLAIN_LIMITS, memory_cache_bytes=2 * bound)
    client = small.test_client()
    headers = {"Authorization": f"Bearer {token_for(small, scopes=(READ_SCOPE,))}"}
    memory = small.extensions[GATE].memory
    sizes = []
    for number in range(300):
        path = f"{SE}/business-days/add?start=2026-06-18&days={number}&explain=false"
        assert client.get(path, headers=headers).status_code == 200
        sizes.append(memory.size_bytes)
    assert bound * 0.9 < max(sizes) <= bound
    gate.answered()
    client.get(path, headers=headers)
    assert gate.answered() == 1


def test_an_answer_takes_no_more_memory_than_is_counted(
    app: Flask, client: FlaskClient, bearer: dict[str, str]
) -> None:
    memory = app.extensions[GATE].memory
    bodies = app.extensions["fasti.cache"].memory

    def ask(days: range) -> None:
        for number in days:
            path = f"{SE}/business-days/add?start=2026-06-18&days={number}&explain=false"
            client.get(path, headers=bearer)

    ask(range(100))
    tracemalloc.start()
    counted = memory.size_bytes + bodies.size_bytes
    taken, _ = tracemalloc.get_traced_memory()
    ask(range(100, 400))
    counted = memory.size_bytes + bodies.size_bytes - counted
    taken = tracemalloc.get_traced_memory()[0] - taken
    tracemalloc.stop()
    assert taken <= counted
