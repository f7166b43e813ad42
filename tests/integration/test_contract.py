"""The OpenAPI document is true of what needs Redis; tests/api/test_contract.py has the rest."""

import pytest

from tests.api.contract import NEED_REDIS, OF_REDIS, operations_of
from tests.api.walk import ONE_REQUEST, Walk, unseen_examples
from tests.integration.conftest import MakeReplica, Valkey


@pytest.fixture
def walk(make_replica: MakeReplica, valkey: Valkey) -> Walk:
    replica, limited = make_replica(), make_replica(**ONE_REQUEST)
    document = replica.test_client().get("/openapi.json").get_json()
    operations = [each for each in operations_of(document) if each.needs_redis]
    assert {str(operation) for operation in operations} == NEED_REDIS
    return Walk(replica, limited, operations, valkey.kill)


def test_every_example_is_answered_as_documented(walk: Walk) -> None:
    found = walk.wrong_examples()
    assert not found, "\n".join(found)


def test_every_documented_answer_is_provoked(walk: Walk) -> None:
    found, details = walk.provoke()
    assert not found, "\n".join(found)
    assert unseen_examples(details, OF_REDIS) == []
