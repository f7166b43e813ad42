"""How an answer may be kept: by its client, and by nobody else."""

from flask.testing import FlaskClient

from app.cache.answers import LONGEST_HASHED_BYTES

PATH = "/api/v1/calendars/SE/holidays?year=2026"
Bearer = dict[str, str]


def test_an_answer_is_private_and_has_an_etag(client: FlaskClient, bearer: Bearer) -> None:
    response = client.get(PATH, headers=bearer)
    assert response.headers["Cache-Control"] == "private, max-age=300"
    assert response.headers["ETag"].startswith('"')


def test_what_the_client_holds_already_is_304_without_a_body(
    client: FlaskClient, bearer: Bearer
) -> None:
    etag = client.get(PATH, headers=bearer).headers["ETag"]
    response = client.get(PATH, headers={**bearer, "If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag
    assert "X-RateLimit-Remaining" in response.headers


def test_an_etag_that_a_proxy_weakened_still_matches(client: FlaskClient, bearer: Bearer) -> None:
    etag = client.get(PATH, headers=bearer).headers["ETag"]
    response = client.get(PATH, headers={**bearer, "If-None-Match": f"W/{etag}"})
    assert response.status_code == 304


def test_holding_an_answer_does_not_let_one_in_without_a_token(
    client: FlaskClient, bearer: Bearer
) -> None:
    etag = client.get(PATH, headers=bearer).headers["ETag"]
    assert client.get(PATH, headers={"If-None-Match": etag}).status_code == 401


def test_head_answers_as_get_without_the_body(client: FlaskClient, bearer: Bearer) -> None:
    got, head = client.get(PATH, headers=bearer), client.head(PATH, headers=bearer)
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_an_error_is_not_to_be_kept(client: FlaskClient, bearer: Bearer) -> None:
    response = client.get("/api/v1/calendars/XX", headers=bearer)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_long_answer_is_told_by_its_question(client: FlaskClient, bearer: Bearer) -> None:
    path = "/api/v1/calendars/SE/business-days/add?start=2026-06-18&days={}"
    first = client.get(path.format(10_000), headers=bearer)
    assert len(first.data) > LONGEST_HASHED_BYTES
    again = client.get(path.format(10_000), headers=bearer)
    other = client.get(path.format(9_999), headers=bearer)
    assert again.headers["ETag"] == first.headers["ETag"] != other.headers["ETag"]
    held = client.get(
        path.format(10_000), headers={**bearer, "If-None-Match": first.headers["ETag"]}
    )
    assert (held.status_code, held.data) == (304, b"")
