"""Every fault, in the order of the table."""

from tests.chaos.fault import Fault
from tests.chaos.faults.changes import KeyRotation, NewSettings, RollingRestart
from tests.chaos.faults.clocks import ClockAhead, ClockBehind
from tests.chaos.faults.disk import VarFull
from tests.chaos.faults.failover import Failovers, KeyRotationInFailover
from tests.chaos.faults.processes import (
    AllButOneKilled,
    NginxWorkerKilled,
    ReplicaKilled,
    WorkerKilled,
)
from tests.chaos.faults.redis_path import RedisLossy, RedisSlow
from tests.chaos.faults.replica_hangs import ReplicaHung, WorkerHung
from tests.chaos.faults.sql import SqlFull, SqlGone, SqlLocked, SqlReadOnly
from tests.chaos.faults.valkey import ValkeyDown, ValkeyEmpty, ValkeyHung, ValkeyKilled

FAULTS: tuple[type[Fault], ...] = (
    WorkerKilled,
    WorkerHung,
    ReplicaKilled,
    ReplicaHung,
    AllButOneKilled,
    NginxWorkerKilled,
    ValkeyKilled,
    ValkeyEmpty,
    ValkeyHung,
    ValkeyDown,
    RedisSlow,
    RedisLossy,
    SqlLocked,
    SqlReadOnly,
    SqlFull,
    SqlGone,
    VarFull,
    ClockAhead,
    ClockBehind,
    KeyRotation,
    RollingRestart,
    NewSettings,
    Failovers,
    KeyRotationInFailover,
)
