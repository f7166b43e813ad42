"""A replica whose clock is not that of the others, within what is configured for."""

from itertools import permutations

from tests.chaos.fault import Fault, Promise
from tests.chaos.questions import bearer, token_question
from tests.chaos.samples import Sample
from tests.chaos.stack import REPLICAS, ChaosStack, wait_until
from tests.chaos.surroundings import libfaketime
from tests.stack.running_stack import QUESTION, request

RIGHT = "+0"
JUMP_SECONDS = 4  # FASTI_CLOCK_SKEW_SECONDS is 5.


class ClockAhead(Fault):
    """It is ahead. (It starts so: libfaketime would let the monotonic clock jump as well.)"""

    name = "clock-ahead"
    does = f"replica-1 is restarted with a clock {JUMP_SECONDS} s ahead (libfaketime)"
    held_seconds = 12.0
    around = "faketime"
    promise = Promise()
    jump_seconds = JUMP_SECONDS

    def reason_to_skip(self, stack: ChaosStack) -> str:
        """It takes a library that many machines do not have."""
        return "" if libfaketime() else "needs libfaketime (apt-get install libfaketime)"

    def begin(self, stack: ChaosStack) -> None:
        """Have it start anew, with its clock."""
        self._restart(stack, f"{self.jump_seconds:+d}")
        wait_until(stack.is_whole, 30)

    def look(self, stack: ChaosStack) -> None:
        """Take a token of each replica to every other."""
        self._taken = 0
        for issuer, verifier in permutations(REPLICAS, 2):
            ask = token_question(stack.client())
            issued = request(
                stack.port(issuer), "POST", ask.path, ask.body.encode(), ask.headers
            ).json()
            stack.issued.append(issued["access_token"])
            headers = bearer(issued["access_token"])
            answer = request(stack.port(verifier), "GET", QUESTION, headers=headers)
            self._taken += answer.status == 200

    def end(self, stack: ChaosStack) -> None:
        """Set it right."""
        if self.given.read_text() != RIGHT:
            self._restart(stack, RIGHT)

    def _restart(self, stack: ChaosStack, offset: str) -> None:
        stack.supervisor.stop_replica("replica-1")
        self.given.write_text(offset)
        stack.supervisor.start_replica("replica-1")

    def shown(self, samples: list[Sample]) -> tuple[list[str], list[str]]:
        """Whether the replicas took each other's tokens."""
        pairs = len(REPLICAS) * (len(REPLICAS) - 1)
        said = f"of {pairs} tokens of one replica, asked for another, {self._taken} were taken"
        return ([said], []) if self._taken == pairs else ([], [said])


class ClockBehind(ClockAhead):
    """It is behind."""

    name = "clock-behind"
    does = f"replica-1 is restarted with a clock {JUMP_SECONDS} s behind (libfaketime)"
    jump_seconds = -JUMP_SECONDS
