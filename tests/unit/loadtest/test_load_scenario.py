"""What the users of a run share, and how long a refused one stays away."""

from datetime import UTC, datetime

import pytest

from loadtest.checks import WrongAnswer
from loadtest.refusals import pause_seconds
from loadtest.scenario import AnswersSeen, Scenario
from loadtest.tokens import Credentials

CLIENTS = [Credentials("load-1", "x"), Credentials("load-2", "y")]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_the_same_seed_gives_every_user_the_same_chance_again() -> None:
    first, second = (Scenario(CLIENTS, ["SE"], seed=3) for _ in range(2))
    for _ in range(3):
        assert first.next_user()[0].random() == second.next_user()[0].random()


def test_users_take_the_clients_in_turn() -> None:
    scenario = Scenario(CLIENTS, ["SE"], seed=3)
    taken = [scenario.next_user()[1].credentials.client_id for _ in range(3)]
    assert taken == ["load-1", "load-2", "load-1"]


def test_replicas_that_disagree_are_caught() -> None:
    answers = AnswersSeen()
    answers.record("/a", b"one", '"1"')
    answers.record("/a", b"one", '"1"')
    with pytest.raises(WrongAnswer, match="differ"):
        answers.record("/a", b"two", '"2"')


def test_an_answer_without_an_etag_is_caught() -> None:
    with pytest.raises(WrongAnswer, match="ETag"):
        AnswersSeen().record("/a", b"one", "")


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        (None, 1.0),
        ("soon", 1.0),
    ],
)
def test_a_refused_user_waits_as_long_as_it_is_told(retry_after: str, seconds: float) -> None:
    assert pause_seconds(retry_after, NOON) == seconds
