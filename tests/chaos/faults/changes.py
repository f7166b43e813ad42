"""What operators do on purpose, while callers ask."""

from tests.chaos.fault import Fault, Promise
from tests.chaos.stack import REPLICAS, ChaosStack
from tests.stack.running_stack import request

TIMES = 5


class RollingRestart(Fault):
    """`make restart`, again and again."""

    name = "rolling-restart"
    does = f"`make restart` {TIMES} times"
    promise = Promise()

    def begin(self, stack: ChaosStack) -> None:
        """Restart all replicas, one at a time."""
        for _ in range(TIMES):
            stack.restart()


class NewSettings(Fault):
    """`make up` with other settings than those the stack runs with."""

    name = "new-settings"
    does = f"`make up` {TIMES} times, each with other settings for replicas and nginx"
    promise = Promise()

    def begin(self, stack: ChaosStack) -> None:
        """Let the last be those it was started with."""
        before = {replica: stack.pid(replica) for replica in REPLICAS}
        supervisord = stack.supervisord().pid
        for number in reversed(range(TIMES)):
            stack.changed(
                FASTI_CLIENT_CACHE_SECONDS=str(300 + number),
                NGINX_ADDRESS_BURST=str(5000 + number),
            )
        assert stack.supervisord().pid == supervisord
        assert all(stack.pid(replica) != pid for replica, pid in before.items())


class KeyRotation(Fault):
    """A new signing key."""

    name = "key-rotation"
    does = "`keys rotate`, until the new key signs"
    noticed_by = "every replica publishes the new key"
    promise = Promise()
    held_seconds = 7.0

    def begin(self, stack: ChaosStack) -> None:
        """Make the key."""
        self._key = stack.flask("keys", "rotate").strip()

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether all have read it."""
        return all(
            self._key in request(stack.port(replica), "GET", "/.well-known/jwks.json").body.decode()
            for replica in REPLICAS
        )
