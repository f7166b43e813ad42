"""What one run is: handed by the command to Locust, and by a master to its workers."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import ceil

from loadtest.shapes import SCENARIOS
from loadtest.shapes.shape import Shape

# Where a process reads the secrets of its clients. They are not part of the plan, which travels
# in the clear from a master to its workers.
CLIENTS_FILE_VARIABLE = "FASTI_LOAD_CLIENTS_FILE"


# So many parts of a run are kept apart, however long it is.
MOST_SLICES = 900


@dataclass(frozen=True)
class RunPlan:
    """One run.

    peak: arrivals a second of well-behaved users at the highest point.
    may_be_refused: kinds of users whom a plan may refuse; for others that is a failure.
    without: kinds of users that do not come, since what they need is not there.
    addresses: how many addresses of this machine to send from; 0 for the one it has.
    record: where the results go, without a suffix.
    slo: the file of objectives.
    calendars: the ids of those that can be asked about.
    stack: the state directory of a stack on this machine, to see its processes; or None.
    metrics: addresses of /metrics, one a replica.
    stall_seconds: for how long all replicas are stopped in the middle of it; 0 for not at all.
    has_facts: false where a stand-in answers, which knows no holidays.
    facts: what is told of the run beside its figures.
    """

    scenario: str
    peak: float
    seconds: float
    seed: int
    target: str
    record: str
    slo: str
    calendars: tuple[str, ...]
    may_be_refused: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    addresses: int = 0
    address_block: int = 0
    stack: str | None = None
    metrics: tuple[str, ...] = ()
    has_facts: bool = True
    stall_seconds: float = 0.0
    facts: Mapping[str, str] = field(default_factory=dict)

    def shape(self) -> Shape:
        """Return when who comes."""
        return SCENARIOS[self.scenario].make(self.peak, self.seconds).without(set(self.without))

    @property
    def slice_seconds(self) -> int:
        """How long a slice of the record is: a second, or more where there would be too many."""
        return max(1, ceil(self.seconds / MOST_SLICES))

    def to_json(self) -> str:
        """Return it in the form in which it travels."""
        return json.dumps(asdict(self))
