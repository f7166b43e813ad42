"""Tokens that were revoked, and whether every worker goes on refusing them."""

from tests.chaos.questions import bearer, revoke_question
from tests.chaos.stack import REPLICAS, ChaosStack
from tests.stack.running_stack import QUESTION, request

HOW_MANY = 100
ASKS_OF_A_REPLICA = 2


class RevokedTokens:
    """Tokens of the demo client, each revoked and acknowledged."""

    def __init__(self, stack: ChaosStack) -> None:
        self._stack = stack
        client = stack.client()
        self.tokens = [stack.token_of(client) for _ in range(HOW_MANY)]
        for token in self.tokens:
            ask = revoke_question(client, token)
            answer = request(stack.port(), "POST", ask.path, ask.body.encode(), ask.headers)
            assert answer.status == 200, answer.body

    def refused(self) -> int:
        """How many of them every replica refuses now, each time it is asked."""
        return sum(map(self._is_refused, self.tokens))

    def _is_refused(self, token: str) -> bool:
        return all(
            request(self._stack.port(replica), "GET", QUESTION, headers=bearer(token)).status == 401
            for replica in REPLICAS
            for _ in range(ASKS_OF_A_REPLICA)
        )
