"""What the load test reads of a stack's state directory."""

import json
from pathlib import Path

import pytest

from loadtest.local_stack import LocalStack
from loadtest.options import DEFAULT_TARGET
from loadtest.preflight import NotReady


def test_the_target_is_where_the_stack_says_it_listens(tmp_path: Path) -> None:
    state = tmp_path / "run" / "stack.json"
    state.parent.mkdir()
    state.write_text(json.dumps({"base_url": "https://127.0.0.1:18443"}))
    assert LocalStack(tmp_path).base_url() == "https://127.0.0.1:18443"


@pytest.mark.parametrize("content", [None, "", "[]", "{}"])
def test_a_stack_that_does_not_say_is_looked_for_at_the_default(
    tmp_path: Path, content: str | None
) -> None:
    (tmp_path / "run").mkdir()
    if content is not None:
        (tmp_path / "run" / "stack.json").write_text(content)
    assert LocalStack(tmp_path).base_url() == DEFAULT_TARGET


def test_without_a_stack_the_complaint_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="make up"):
        LocalStack(tmp_path).make_clients(50)
