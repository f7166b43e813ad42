"""What a worker keeps is bounded, however many different questions it is asked."""

from flask import Flask

from app.cache import EXTENSION as CACHE
from app.gate import EXTENSION as GATE
from tests.conftest import MakeApp, token_for

BYTES = 60_000


def test_the_oldest_answers_make_room_in_both_memories(make_app: MakeApp) -> None:
    app = make_app(memory_cache_bytes=BYTES)
    headers = {"Authorization": f"Bearer {token_for(app)}"}
    client = app.test_client()
    questions = [f"/api/v1/calendars/SE/days/2026-06-{day:02}" for day in range(1, 31)]
    for question in questions:
        assert client.get(question, headers=headers).status_code == 200
        assert all(0 < size <= BYTES // 2 for size in sizes(app))
    assert is_kept(app, questions[-1])
    assert not is_kept(app, questions[0])
    assert client.get(questions[0], headers=headers).status_code == 200
    assert is_kept(app, questions[0])


def sizes(app: Flask) -> tuple[int, int]:
    """Of the bodies that views keep, and of the whole answers of the gate."""
    return app.extensions[CACHE].memory.size_bytes, app.extensions[GATE].memory.size_bytes


def is_kept(app: Flask, path: str) -> bool:
    """Whether the gate would find an answer, to who sends no language."""
    environ = app.test_request_context(path).request.environ
    answers = app.extensions[GATE]
    return answers.find(answers.question_of(environ), environ) is not None
