"""The generator: sends what is due when it is due, whatever became of what was sent before.

Locust's users are a closed model: each asks again when it has its answer, so a server that stands
still is asked less, and what its users would have waited is never seen ("coordinated omission").
Here Locust starts one user a process, the `Arrivals`, which walks through a schedule and starts a
greenlet for every arrival; times are counted from the schedule.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import gevent
from gevent.pool import Pool
from locust import User, task

from loadtest.arrivals import Arrival, share_of
from loadtest.recorder import Recorder
from loadtest.shapes.shape import Shape
from loadtest.users.abuser import Abuser, AnonymousAbuser
from loadtest.users.api_user import ApiUser, Visit
from loadtest.users.batcher import Batcher
from loadtest.users.nager_client import NagerClient
from loadtest.users.newcomer import Newcomer, Restarted
from loadtest.users.operator import Operator
from loadtest.users.planner import Planner
from loadtest.users.reader import Payroll, Reader
from loadtest.users.subscriber import Subscriber
from loadtest.world import World

KINDS: dict[str, type[ApiUser]] = {
    "reader": Reader,
    "payroll": Payroll,
    "planner": Planner,
    "batcher": Batcher,
    "subscriber": Subscriber,
    "nager": NagerClient,
    "newcomer": Newcomer,
    "restarted": Restarted,
    "operator": Operator,
    "abuser": Abuser,
    "anonymous-abuser": AnonymousAbuser,
}
# Requests of one process that may be under way at a time. At 350 a second a service may stand
# still for ten seconds before arrivals are given up, which is an error of the run.
MOST_IN_FLIGHT = 4_000
# As many get a token at the same time before the run begins.
WARM_UP_AT_ONCE = 8
# Longer than any request may take: network_timeout and connection_timeout of the users.
DRAIN_SECONDS = 20

for name, user_class in KINDS.items():
    user_class.kind = name


class Seats:
    """The users of each kind, who serve the arrivals in turn."""

    def __init__(self, environment: Any, world: World, kinds: set[str], processes: int) -> None:
        """Make the users of ``kinds``: one a client, one an address, or some.

        processes: how many there are like this one; together they have the machines of an abuser.
        """
        machines = max(1, Abuser.machines // processes)
        self._seats = {
            kind: deque(_users(KINDS[kind], environment, world, machines)) for kind in sorted(kinds)
        }

    def __iter__(self) -> Iterator[ApiUser]:
        """Every user once."""
        return (user for seats in self._seats.values() for user in seats)

    def take(self, kind: str, now: float) -> ApiUser | None:
        """Return the next user of ``kind``; None when all of them stay away as they were told."""
        seats = self._seats[kind]
        for _ in range(len(seats)):
            seats.rotate(-1)
            if seats[0].away_until <= now:
                return seats[0]
        return None


def _users(kind: type[ApiUser], environment: Any, world: World, machines: int) -> list[ApiUser]:
    """Return the users of one kind. Raises ValueError when no client can play it."""
    if kind is NagerClient:
        addresses: Sequence[str | None] = world.addresses[1:] or [None]
        return [kind(environment, world, None, address) for address in addresses]
    if kind is AnonymousAbuser:
        address = world.addresses[0] if world.addresses else None
        return [kind(environment, world, None, address) for _ in range(machines)]
    if kind.role is None:
        return [kind(environment, world, None, None) for _ in range(2)]
    sources = world.sources(kind.role)
    if not sources:
        raise ValueError(f"no client plays {kind.role}")
    if kind is Abuser:
        return [kind(environment, world, sources[0], None) for _ in range(machines)]
    return [kind(environment, world, source, None) for source in sources]


class Arrivals(User):
    """Everybody who comes, as far as this process sends them."""

    # Set by the locustfile: what to make the world of, who says when to begin, whom to tell.
    prepare: ClassVar[Callable[[], tuple[World, Shape, int, int]]]
    begin: ClassVar[Callable[[World], None]]
    end: ClassVar[Callable[[], None]]
    give_up: ClassVar[Callable[[str], None]]

    def on_start(self) -> None:
        """Make the users and get their tokens; none of that counts."""
        try:
            self._prepare()
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not hang
            type(self).give_up(f"{type(error).__name__}: {error}")
            gevent.get_hub().switch()

    def _prepare(self) -> None:
        self.world, self.shape, self.index, self.count = type(self).prepare()
        self.seats = Seats(self.environment, self.world, self.shape.kinds(), self.count)
        self.pool = Pool(MOST_IN_FLIGHT)
        warming = Pool(WARM_UP_AT_ONCE)
        by_source = {id(user.source): user for user in self.seats if user.source is not None}
        for user in by_source.values():
            warming.spawn(self._warm_up, user)
        warming.join()
        self.world.recorder = Recorder(self.world.slice_seconds)

    @task
    def send_all(self) -> None:
        """Send every arrival at its time, wait for the last answers, and say that it is over."""
        type(self).begin(self.world)
        watching = gevent.spawn(self._watch)
        for arrival in share_of(self.shape, self.world.seed, self.index, self.count):
            gevent.sleep(max(0.0, arrival.at_seconds - self.world.now()))
            self._send(arrival)
        self.pool.join(timeout=DRAIN_SECONDS)
        self.world.recorder.unanswered(self.shape.seconds, len(self.pool))
        watching.kill()
        type(self).end()
        gevent.get_hub().switch()  # What is left to do is Locust's: it ends this user.

    def _send(self, arrival: Arrival) -> None:
        user = self.seats.take(arrival.kind, self.world.now())
        if user is None:
            self.world.recorder.held_back(arrival.at_seconds)
        elif self.pool.free_count() == 0:
            self.world.recorder.not_sent(arrival.at_seconds)
        else:
            self.pool.spawn(self._visit, user, arrival)

    def _visit(self, user: ApiUser, arrival: Arrival) -> None:
        self.world.recorder.sent(arrival.at_seconds, self.world.now())
        chance = random.Random((self.world.seed << 32) + arrival.number)
        try:
            user.come(Visit(arrival.at_seconds, chance, arrival.calendars))
        except Exception as error:  # noqa: BLE001 - a mistake of the load test: the run fails
            self.environment.events.user_error.fire(
                user_instance=self, exception=error, tb=error.__traceback__
            )

    def _warm_up(self, user: ApiUser) -> None:
        if user.source is not None:
            visit = Visit(self.world.now(), random.Random(0))
            user.source.bearer(lambda client: user.get_token(visit, client))

    def _watch(self) -> None:
        """Note every second how much CPU this process takes."""
        name, cpu, wall = f"generator {self.index + 1}", time.process_time(), time.monotonic()
        second = 0
        while True:
            second += 1
            gevent.sleep(max(0.0, second - self.world.now()))
            cpu_now, wall_now = time.process_time(), time.monotonic()
            share = (cpu_now - cpu) / (wall_now - wall)
            in_flight = MOST_IN_FLIGHT - self.pool.free_count()
            self.world.recorder.busy(second - 1, name, share, in_flight)
            cpu, wall = cpu_now, wall_now
