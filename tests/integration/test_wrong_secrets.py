"""Wrong secrets: whoever tries many has to wait, and nobody else."""

from collections import Counter

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.auth.wrong_secrets import FREE_FAILURES, LONGEST_WAIT_SECONDS, WrongSecrets
from tests.api.conftest import basic
from tests.conftest import store_of
from tests.integration.conftest import MakeReplica, Valkey
from tests.integration.test_revocation import GRANT, make_client, status_of, token_of

THIEF, OWNER = "198.51.100.1", "192.0.2.1"


def ask(app: Flask, headers: dict[str, str], address: str) -> TestResponse:
    return app.test_client().post(
        "/oauth/token", data=GRANT, headers=headers, environ_base={"REMOTE_ADDR": address}
    )


def test_a_thousand_wrong_secrets_from_one_address_lock_out_nobody_else(
    make_replica: MakeReplica,
) -> None:
    replica = make_replica(token_rate_limit="100000/minute")
    owner = make_client(replica)
    token = token_of(replica, owner)
    outcomes = Counter(
        ask(replica, basic("acme", f"wrong-{number}"), THIEF).status_code for number in range(1000)
    )
    assert outcomes.keys() == {401, 429}
    assert outcomes[401] < 25
    assert ask(replica, owner, OWNER).status_code == 200
    assert status_of(replica, token) == 200


@pytest.mark.parametrize("client_id", ["acme", "nobody", "no id at all, é"])
def test_the_wait_is_told_and_is_the_same_for_a_client_that_does_not_exist(
    make_replica: MakeReplica, client_id: str
) -> None:
    replica = make_replica()
    make_client(replica)
    answers = [ask(replica, basic(client_id, "wrong"), THIEF) for _ in range(FREE_FAILURES + 2)]
    assert [answer.status_code for answer in answers] == [401] * (FREE_FAILURES + 1) + [429]
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].headers["Retry-After"] == "1"


def test_each_failure_doubles_the_wait_up_to_a_minute(make_replica: MakeReplica) -> None:
    wrong_secrets = WrongSecrets(store_of(make_replica()))
    waits = []
    for _ in range(FREE_FAILURES + 9):
        wrong_secrets.failed("acme", THIEF)
        waits.append(wrong_secrets.wait_seconds("acme", THIEF))
    doubled = [1, 2, 4, 8, 16, 32, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]
    assert waits == [0] * FREE_FAILURES + doubled
    assert wrong_secrets.wait_seconds("acme", OWNER) == 0
    assert wrong_secrets.wait_seconds("other", THIEF) == 0


def test_the_right_secret_forgets_the_wrong_ones(make_replica: MakeReplica) -> None:
    replica = make_replica()
    owner = make_client(replica)
    for _ in range(3):
        for _ in range(FREE_FAILURES):
            assert ask(replica, basic("acme", "wrong"), OWNER).status_code == 401
        assert ask(replica, owner, OWNER).status_code == 200


def test_without_redis_nobody_waits(make_replica: MakeReplica, valkey: Valkey) -> None:
    replica = make_replica()
    make_client(replica)
    valkey.kill()
    statuses = [ask(replica, basic("acme", "x"), THIEF).status_code for _ in range(10)]
    assert statuses == [401] * 10


def test_a_client_has_one_limit_of_tokens_over_all_its_addresses(
    make_replica: MakeReplica,
) -> None:
    replica = make_replica(token_rate_limit="4/hour")
    owner, other = make_client(replica), make_client(replica, "other")
    answers = [ask(replica, owner, f"192.0.2.{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 7200
    assert ask(replica, other, "192.0.2.99").status_code == 200
    assert ask(replica, basic("acme", "wrong"), "192.0.2.98").status_code == 401
