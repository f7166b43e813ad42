"""The official lists of tests/golden, asked for day by day through the API."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import MakeToken

GOLDEN = Path(__file__).parents[1] / "golden"


def rows(name: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def code_of(row: dict[str, Any]) -> str:
    return "-".join(filter(None, (row["country"], row["subdivision"])))


def ask(client: FlaskClient, headers: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/v1/calendars/{code_of(row)}/days/{row['date']}"
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.text
    assert response.json is not None
    return dict(response.json)


@pytest.mark.parametrize(
    ("name", "count"),
    [("govuk", 917), ("japan_cabinet_office", 1353), ("china_state_council", 507)],
)
def test_the_api_agrees_with_the_official_list(
    client: FlaskClient, make_token: MakeToken, name: str, count: int
) -> None:
    headers = {"Authorization": f"Bearer {make_token(plan='plenty')}"}
    checked = rows(name)
    assert len(checked) == count
    wrong = []
    for row in checked:
        answer = ask(client, headers, row)
        if "working_day" in row:  # The Chinese list is of working days, some of them weekends.
            agrees = answer["is_business_day"] == row["working_day"]
        else:
            agrees = row["holiday"] == any(r["kind"] == "holiday" for r in answer["reasons"])
        if not agrees:
            wrong.append((row["date"], row["subdivision"], row["name"]))
    assert wrong == []


def test_the_api_agrees_with_the_french_state_on_every_weekday(
    client: FlaskClient, make_token: MakeToken
) -> None:
    """In France and where no days of its own come besides; a thousand days at once."""
    headers = {"Authorization": f"Bearer {make_token(plan='plenty')}"}
    checked = rows("france_etalab")
    assert len(checked) == 2917
    wrong = []
    for first in range(0, len(checked), 1000):
        asked = checked[first : first + 1000]
        questions = [f"calendars/{code_of(row)}/days/{row['date']}" for row in asked]
        response = client.post("/api/v1/batch", json={"questions": questions}, headers=headers)
        assert response.json is not None
        for row, answer in zip(asked, response.json["answers"], strict=True):
            reasons = answer["body"]["reasons"]
            if row["holiday"] != any(reason["kind"] == "holiday" for reason in reasons):
                wrong.append((row["date"], code_of(row), row["name"]))
    assert wrong == []
