"""A bad path to Redis: replicas reach it through a proxy of ours while these are tried."""

from tests.chaos.fault import Fault, Promise
from tests.chaos.faults.valkey import ALL_SAY_DOWN, FIRST_IS_DOWN, OUTAGE
from tests.chaos.questions import REVOKE
from tests.chaos.stack import REPLICAS, ChaosStack, LogTail
from tests.chaos.tcp_proxy import CLEAR, Weather


class RedisSlow(Fault):
    """Every answer of Redis comes later than is waited for."""

    name = "redis-latency"
    does = "200 ms each way between replicas and Valkey for 8 s"
    noticed_by = ALL_SAY_DOWN
    held_seconds = 8.0
    promise = OUTAGE
    around = "proxy"
    weather = Weather(delay_seconds=0.2)

    def begin(self, stack: ChaosStack) -> None:
        """Slow it down."""
        self._logs: list[LogTail] = [stack.log(replica) for replica in REPLICAS]
        self.given.weather = self.weather

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether every worker says so."""
        return stack.says("redis", "down")

    def end(self, stack: ChaosStack) -> None:
        """Clear it up."""
        self.given.weather = CLEAR


class RedisLossy(RedisSlow):
    """Now and then it answers in time: the breakers open, and close, and open."""

    name = "redis-loss"
    does = "30 % of the segments between replicas and Valkey lost for 12 s, as tcp_proxy.py says"
    noticed_by = FIRST_IS_DOWN
    held_seconds = 12.0
    promise = Promise(may_refuse=(REVOKE,), because="revoking needs Redis")
    weather = Weather(loss=0.3)

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether one has met it."""
        return any(log.has("redis is down") for log in self._logs)
