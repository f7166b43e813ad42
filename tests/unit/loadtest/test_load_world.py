"""What the users share, who acts as whom, and how long a refused one stays away."""

from datetime import UTC, datetime

import pytest

from loadtest.catalogue import Catalogue
from loadtest.checks import WrongAnswer
from loadtest.refusals import pause_seconds
from loadtest.roles import SHARES, clients_by_role, plan_of
from loadtest.tokens import Credentials
from loadtest.world import AnswersSeen, World

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_client_plays_its_role_and_one_without_plays_all() -> None:
    clients = [Credentials("a", "x", "reader"), Credentials("b", "y", "planner")]
    world = World(clients, Catalogue(["SE"], 1), seed=1)
    assert [one.credentials.client_id for one in world.sources("reader")] == ["a"]
    alone = World([Credentials("c", "z")], Catalogue(["SE"], 1), seed=1)
    assert alone.sources("reader") == alone.sources("abuser")


def test_fifty_clients_have_roles_and_one_more_abuses() -> None:
    roles = clients_by_role(50)
    assert len(roles) == 51
    assert {plan_of(role) for role in SHARES} == {"standard"}
    assert plan_of("abuser") == "small"
    assert set(clients_by_role(8).values()) == {*SHARES, "abuser"}


def test_replicas_that_disagree_are_caught() -> None:
    answers = AnswersSeen()
    answers.record("/a", b"one", '"1"')
    answers.record("/a", b"one", '"1"')
    with pytest.raises(WrongAnswer, match="differ"):
        answers.record("/a", b"two", '"2"')
    assert answers.etag("/a") == '"1"'


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
