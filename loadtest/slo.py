"""The objectives of a run, and whether it kept them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtest.histogram import added, percentile_ms
from loadtest.recorder import FAILED, REFUSED

FILE = Path(__file__).with_name("slo.toml")


@dataclass(frozen=True)
class Objective:
    """What users of some routes may expect.

    errors: the share of requests (0 to 1) that may fail.
    """

    group: str
    routes: tuple[str, ...]
    p95_ms: float
    p99_ms: float
    errors: float
    why: str


@dataclass(frozen=True)
class Verdict:
    """One objective held against a run; ``measured`` None when nothing was asked."""

    group: str
    what: str
    limit: float
    measured: float | None

    @property
    def kept(self) -> bool:
        """Whether it was kept; what nobody asked was."""
        return self.measured is None or self.measured <= self.limit


def read_objectives(path: Path, scenario: str) -> list[Objective]:
    """Return the objectives of ``scenario``: those of all, with its own numbers in their place.

    Raises ValueError that names the group when the file is not of that kind.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    own = content.get("scenarios", {}).get(scenario, {}).get("groups", {})
    groups = content.get("groups", {})
    if unknown := set(own) - set(groups):
        raise ValueError(f"{path}: {scenario} names no group there is: {', '.join(unknown)}")
    objectives = []
    for group, common in groups.items():
        values = {**common, **own.get(group, {})}
        try:
            objectives.append(Objective(group, tuple(values.pop("routes")), **values))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: group {group}: {error}") from error
    return objectives


def refused_kinds(path: Path) -> list[str]:
    """Return the kinds of users whom a plan may refuse."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [str(kind) for kind in content.get("may_be_refused", [])]


def judge(
    routes: Mapping[str, Mapping[str, Any]], objectives: Sequence[Objective]
) -> list[Verdict]:
    """Return a verdict for each number of each objective.

    routes: of each route ``outcomes`` and ``times``, over the whole run.

    A route that no objective names is one of which nothing is promised: a mistake of the file.
    """
    if unnamed := set(routes) - {route for one in objectives for route in one.routes}:
        raise ValueError(f"no objective names {', '.join(sorted(unnamed))}")
    verdicts = []
    for one in objectives:
        asked = [routes[route] for route in one.routes if route in routes]
        times = added(route["times"] for route in asked)
        outcomes = added(route["outcomes"] for route in asked)
        answered = sum(count for outcome, count in outcomes.items() if outcome != REFUSED)
        failed = sum(outcomes.get(outcome, 0) for outcome in FAILED)
        verdicts += [
            Verdict(one.group, "p95 ms", one.p95_ms, percentile_ms(times, 0.95)),
            Verdict(one.group, "p99 ms", one.p99_ms, percentile_ms(times, 0.99)),
            Verdict(one.group, "errors", one.errors, failed / answered if answered else None),
        ]
    return verdicts
