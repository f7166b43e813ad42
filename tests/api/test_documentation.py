"""The examples of README.md and docs/api.md: each address is asked, each answer shown is compared.

``…`` stands for whatever comes there: for a value as ``"…"``, for the rest of a list or an object.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api import clock
from app.auth.scopes import ADMIN_SCOPE, READ_SCOPE
from tests.api.conftest import MakeToken, basic
from tests.conftest import add_client

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/api.md")
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

ADDRESS = re.compile(r"`(?:GET )?(/[^`\s]*)`")
BELOW = re.compile(r"^Below `([^`]+)`:$", re.M)
SHOWN = re.compile(r"^    GET (\S+)\n\n((?:    .+\n)+)", re.M)
FRAGMENT = re.compile(r"^\| `([/?][^`|]*)`(?:, `([/?][^`|]*)`)? \|", re.M)


def addresses() -> Iterator[str]:
    """Every address of an answer that the pages name; a table below ``Below …:`` leaves it out."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        yield from (shown[1] for shown in SHOWN.finditer(text))
        yield from (found[1] for found in ADDRESS.finditer(text) if found[1].startswith("/api/v1/"))
    for below in BELOW.finditer(GUIDE):
        table = GUIDE[below.end() :].lstrip().split("\n\n")[0]
        for row in FRAGMENT.finditer(table):
            yield from (below[1] + fragment for fragment in row.groups() if fragment)


def is_whole(address: str) -> bool:
    """True for what can be asked: not the name of a family of addresses, nor of one for POST."""
    return not address.endswith(("…", "/", "=", "/batch", "/business-days"))


OF_REDIS = {"/api/v1/me/usage"}  # tests/integration/test_contract.py asks it
ADDRESSES = sorted({a.replace("{id}", "SE") for a in addresses() if is_whole(a)} - OF_REDIS)
ANSWERS = [
    pytest.param(found[1], found[2], id=f"{page} {found[1]}")
    for page in PAGES
    for found in SHOWN.finditer((ROOT / page).read_text(encoding="utf-8"))
]


@pytest.fixture(autouse=True)
def stopped_clock(app: Flask) -> None:
    app.extensions[clock.EXTENSION] = lambda: datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_every_address_in_the_pages_is_answered(
    app: Flask, client: FlaskClient, make_token: MakeToken
) -> None:
    add_client(app, "acme")
    bearer = {"Authorization": f"Bearer {make_token(scopes=(READ_SCOPE, ADMIN_SCOPE))}"}
    assert len(ADDRESSES) > 15
    answers = {address: client.get(address, headers=bearer) for address in ADDRESSES}
    assert {a: r.text[:200] for a, r in answers.items() if r.status_code != 200} == {}


@pytest.mark.parametrize(("address", "shown"), ANSWERS)
def test_the_answer_in_a_page_is_the_answer(
    client: FlaskClient, bearer: dict[str, str], address: str, shown: str
) -> None:
    assert_is_as_shown(client.get(address, headers=bearer).json, read_shown(shown))


def test_the_guide_shows_answers() -> None:
    assert {str(param.id).partition(" ")[0] for param in ANSWERS} == set(PAGES)


def test_the_token_is_answered_as_the_guide_says(
    client: FlaskClient, credentials: tuple[str, str]
) -> None:
    (shown,) = re.findall(r'`(\{"access_token".+\})`', GUIDE)
    answer = client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(*credentials)
    )
    assert_is_as_shown(answer.json, read_shown(shown))


def test_the_batch_of_the_guide_is_answered(client: FlaskClient, bearer: dict[str, str]) -> None:
    (body,) = re.findall(r"-d '(\{\"questions\".+\})'", GUIDE)
    answer = client.post("/api/v1/batch", json=json.loads(body), headers=bearer).get_json()
    assert answer.keys() == {"data_version", "answers"}
    (members,) = re.findall(r'`\{"data_version", "answers": \[\{(.+)\}, …\]\}`', GUIDE)
    named = set(re.findall(r'"([a-z_]+)"', members))
    assert [set(one) for one in answer["answers"]] == [named] * len(json.loads(body)["questions"])


def read_shown(text: str) -> Any:
    """What a page shows, read as JSON: a bare … is one in quotes, or in an object a member."""
    text = re.sub(r'(?<!")…(?=\s*\])', '"…"', text)
    return json.loads(re.sub(r'(?<!")…(?=\s*\})', '"…": null', text))


def assert_is_as_shown(answer: Any, shown: Any) -> None:
    """Fail where an answer is not as shown; … is anything, or any rest."""
    if shown == "…":
        return
    if isinstance(shown, dict) and isinstance(answer, dict):
        members = shown.keys() - {"…"}
        assert members <= answer.keys() if "…" in shown else members == answer.keys()
        for name in members:
            assert_is_as_shown(answer[name], shown[name])
    elif isinstance(shown, list) and isinstance(answer, list):
        items = shown[:-1] if shown[-1:] == ["…"] else shown
        assert len(items) == len(answer) or items != shown
        for one, other in zip(answer, items, strict=False):
            assert_is_as_shown(one, other)
    else:
        assert answer == shown
