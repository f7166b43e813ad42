"""The plans: how much each kind of caller may ask, as plans.toml says, checked at boot."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.auth.clients import DEFAULT_PLAN
from app.limits.plan import Costs, Plan, WindowRule, windows_of
from app.limits.toml_lines import TomlLines
from app.settings import Settings, SettingsError

logger = logging.getLogger(__name__)

PACKAGED = Path(str(resources.files(__package__).joinpath("plans.toml")))


class PlansError(SettingsError):
    """The plans cannot be used; the message lists every problem, one a line, with its line."""


def _windows_of_list(listed: object) -> tuple[WindowRule, ...]:
    if not isinstance(listed, list) or not listed or not all(isinstance(t, str) for t in listed):
        raise ValueError('must be a list such as ["20/second", "2000/minute"]')
    for text in listed:
        if len(windows_of(text)) != 1:
            raise ValueError("must hold one window in each text")
    return windows_of(";".join(listed))


class _PlanTable(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    note: str = ""
    windows: Annotated[tuple[WindowRule, ...], BeforeValidator(_windows_of_list)]
    costs: Costs = Costs()
    shadow: bool = False
    exact: bool = False

    @model_validator(mode="after")
    def _every_question_can_be_asked(self) -> "_PlanTable":
        narrowest = min(window.limit for window in self.windows)
        for kind, cost in self.costs:
            if cost > narrowest:
                raise ValueError(f"costs.{kind} is more than a window of the plan ever holds")
        return self

    def named(self, name: str) -> Plan:
        """The plan that the table describes."""
        return Plan(name, self.note, self.windows, self.costs, self.shadow, self.exact)


PlanName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class _PlansFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    plans: dict[PlanName, _PlanTable] = Field(min_length=1)
    anonymous: _PlanTable
    token: _PlanTable

    @model_validator(mode="after")
    def _there_is_a_default(self) -> "_PlansFile":
        if DEFAULT_PLAN not in self.plans:
            raise ValueError(f"[plans.{DEFAULT_PLAN}] is missing: the plan of most clients")
        return self


@dataclass(frozen=True)
class Plans:
    """All plans of a deployment. of_clients: by name."""

    of_clients: Mapping[str, Plan]
    anonymous: Plan
    token: Plan

    @cached_property
    def _missed(self) -> set[str]:
        return set()

    @property
    def names(self) -> list[str]:
        """The plans that a client can have."""
        return sorted(self.of_clients)

    def of(self, name: str) -> Plan:
        """Return the plan of that name; the default where the file has none such, which is logged.

        A plan may leave the file while tokens and clients still name it.
        """
        found = self.of_clients.get(name)
        if found is None:
            if name not in self._missed:
                self._missed.add(name)
                logger.warning("there is no plan %r: %s holds for it", name, DEFAULT_PLAN)
            found = self.of_clients[DEFAULT_PLAN]
        return found


def load_plans(settings: Settings) -> Plans:
    """Return the plans of the settings. Raises PlansError with every problem at once."""
    file = _read(settings.plans_file or PACKAGED)
    clients = {name: table.named(name) for name, table in file.plans.items()}
    clients[DEFAULT_PLAN] = _with_windows(clients[DEFAULT_PLAN], settings, "rate_limit")
    return Plans(
        of_clients=clients,
        anonymous=_with_windows(
            file.anonymous.named("anonymous"), settings, "anonymous_rate_limit"
        ),
        token=_with_windows(file.token.named("token"), settings, "token_rate_limit"),
    )


def _with_windows(plan: Plan, settings: Settings, setting: str) -> Plan:
    """The plan, with the windows of the setting in place of its own where that is set."""
    text = getattr(settings, setting)
    if text is None:
        return plan
    try:
        windows = windows_of(text)
    except ValueError as error:
        raise PlansError(f"FASTI_{setting.upper()}: {error}") from error
    return replace(plan, windows=windows)


def _read(path: Path) -> _PlansFile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlansError(f"FASTI_PLANS_FILE: {path} cannot be read") from error
    try:
        return _PlansFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PlansError(f"{path}: {error}") from error
    except ValidationError as error:
        lines = TomlLines(text)
        raise PlansError(
            "\n".join(
                f"{path}:{lines.of(problem['loc'])}: {_words(problem)}"
                for problem in error.errors(include_url=False)
            )
        ) from error


def _words(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"] if part != "[key]") or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{key}: there is no such key"
    return f"{key}: {problem['msg'].removeprefix('Value error, ')}"
