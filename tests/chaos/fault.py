"""What a fault is: how it is made, how it shows, how it ends, and what is promised through it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.chaos.load import Question
from tests.chaos.samples import Sample
from tests.chaos.stack import ChaosStack


@dataclass(frozen=True, slots=True)
class Promise:
    """What holds from the fault to its end. No read fails or is wrong, unless it is said.

    failed_reads, failed_posts: how many may fail, for the reason in ``because``. may_refuse: kinds
    of POST that may be answered with 503 and ``Retry-After``. slowest_seconds: of a read that was
    answered. p95_factor: at most so many times that of before; None where it is not promised.
    """

    failed_reads: int = 0
    failed_posts: int = 0
    may_refuse: tuple[str, ...] = ()
    slowest_seconds: float = 1.0
    p95_factor: float | None = None
    because: str = ""


class Fault(ABC):
    """One way to break the stack. Those that heal by themselves leave ``end`` as it is."""

    name: ClassVar[str]
    does: ClassVar[str]
    noticed_by: ClassVar[str] = ""
    """What is waited for to call it detected; empty where there is nothing to be noticed."""
    promise: ClassVar[Promise] = Promise()
    held_seconds: ClassVar[float] = 0.0
    """How long it lasts at the least; 0 for a blow."""
    around: ClassVar[str] = ""
    """What has to be set up before, by its name in ``surroundings``. Neighbours share it."""
    given: Any = None
    """What is set up there."""

    def reason_to_skip(self, stack: ChaosStack) -> str:
        """Why it cannot be made on this machine; empty when it can."""
        del stack
        return ""

    def also_asked(self, stack: ChaosStack) -> dict[float, list[Question]]:
        """What is sent besides, by its rate a second. Called before the load begins."""
        del stack
        return {}

    @abstractmethod
    def begin(self, stack: ChaosStack) -> None:
        """Make it."""

    def is_noticed(self, stack: ChaosStack) -> bool:
        """Whether the stack itself has seen it."""
        del stack
        return True

    def look(self, stack: ChaosStack) -> None:
        """Look at what has to hold while it lasts."""
        del stack

    def end(self, stack: ChaosStack) -> None:
        """Take it back."""
        del stack

    def shown(self, samples: list[Sample]) -> tuple[list[str], list[str]]:
        """Called when all is as before: what was found besides, and what of it breaks a promise."""
        del samples
        return [], []
