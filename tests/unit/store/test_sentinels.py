"""Whom to believe of the Sentinels, and which of them answers."""

import logging

import pytest
import redis

from app.store.named_server import Address
from app.store.sentinels import Sentinels, Word

OLD, NEW = Address("10.0.0.1", 6379), Address("10.0.0.2", 6379)


class Told(Sentinels):
    """Three Sentinels that say what the test wants."""

    def __init__(self, *words: Word | None) -> None:
        super().__init__(
            [Address("127.0.0.1", port) for port in (1, 2, 3)],
            "fasti",
            {"connection_class": redis.Connection},
        )
        self.say(*words)

    def say(self, *words: Word | None) -> None:
        self._words = dict(zip(self._clients, words, strict=True))

    def _word_of(self, client: "redis.Redis") -> Word | None:
        return self._words[client]


def test_the_newest_word_counts_not_the_first_nor_that_of_the_most() -> None:
    sentinels = Told(Word(4, OLD), Word(5, NEW), Word(4, OLD))
    assert sentinels.primary() == NEW


def test_one_that_was_cut_off_with_an_old_primary_is_not_believed() -> None:
    sentinels = Told(Word(5, NEW), Word(5, NEW), Word(5, NEW))
    assert sentinels.primary() == NEW
    sentinels.say(Word(4, OLD), None, None)
    sentinels.find()
    assert sentinels.primary() == NEW


def test_one_alone_is_believed_when_it_has_news() -> None:
    sentinels = Told(Word(4, OLD), Word(4, OLD), Word(4, OLD))
    sentinels.find()
    sentinels.say(None, None, Word(5, NEW))
    sentinels.find()
    assert sentinels.primary() == NEW


def test_sentinels_that_were_set_up_anew_count_from_the_beginning() -> None:
    sentinels = Told(Word(7, OLD), Word(7, OLD), Word(7, OLD))
    sentinels.find()
    sentinels.say(Word(0, NEW), None, Word(0, NEW))
    sentinels.find()
    assert sentinels.primary() == NEW


def test_while_none_answers_the_last_primary_stays() -> None:
    sentinels = Told(Word(1, OLD), None, None)
    sentinels.find()
    sentinels.say(None, None, None)
    sentinels.find()
    assert sentinels.primary() == OLD


def test_without_any_word_there_is_nobody_to_connect_to() -> None:
    sentinels = Told(None, None, None)
    assert sentinels.known_primary is None
    with pytest.raises(redis.ConnectionError):
        sentinels.primary()


def test_how_many_answer_is_logged_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    sentinels = Told(Word(1, OLD), Word(1, OLD), Word(1, OLD))
    with caplog.at_level(logging.INFO):
        for words in ((Word(1, OLD), None, None), (Word(1, OLD), None, None), (Word(2, NEW),) * 3):
            sentinels.say(*words)
            sentinels.find()
    assert [record.getMessage() for record in caplog.records] == [
        "redis: 1 of 3 Sentinels answer",
        "redis: 10.0.0.1:6379 is primary",
        "redis: 3 of 3 Sentinels answer",
        "redis: 10.0.0.2:6379 is primary",
    ]
