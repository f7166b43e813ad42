"""The scenarios: when who comes. Pure functions of a peak rate and a duration."""

from collections.abc import Callable
from dataclasses import dataclass

from loadtest.shapes.hold import hold
from loadtest.shapes.new_year import new_year
from loadtest.shapes.ramp import ramp
from loadtest.shapes.shape import Shape
from loadtest.shapes.soak import soak
from loadtest.shapes.spike import spike
from loadtest.shapes.steady import steady


@dataclass(frozen=True)
class Scenario:
    """A shape with the question that it asks, and what it is run with unless told otherwise.

    peak: arrivals per second of well-behaved users at the highest point; abusers come on top.
    """

    name: str
    question: str
    make: Callable[[float, float], Shape]
    peak: float
    seconds: float


# Not one run but a search by several: its peak is where it begins.
CAPACITY = "capacity"
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("steady", "What does an ordinary hour feel like?", steady, 150, 60),
        Scenario("ramp", "Does it go slower by degrees, or at once?", ramp, 250, 90),
        Scenario("spike", "Do ten times as many leave a queue behind?", spike, 250, 75),
        Scenario("new-year", "Does it hold when all ask for the next year?", new_year, 250, 150),
        Scenario("soak", "Does anything grow, leak or slow down with time?", soak, 100, 120),
        Scenario(CAPACITY, "What is the most that keeps to every objective?", hold, 200, 10),
    )
}  # fmt: skip
