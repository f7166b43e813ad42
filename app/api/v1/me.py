"""GET /api/v1/me, /api/v1/me/usage: who the token speaks for, what it may ask, what it has asked"""

import datetime

from flask import Response
from pydantic import Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.parameters import NoParameters, parse_query
from app.api.v1 import blueprint
from app.auth import auth
from app.auth.guard import current_identity
from app.auth.tokens import Identity
from app.limits import limits
from app.limits.plan import Kind, Plan
from app.limits.strategy import current_verdict
from app.limits.usage import Day
from app.limits.verdict import Verdict

SHOWN_DAYS = 31  # Today, and 30 before it.


class WindowBody(Answer):
    """One window of a plan."""

    policy: str = Field(description="As `RateLimit-Policy` calls it.", examples=["minute"])
    limit: int = Field(examples=[6000])
    window_seconds: int = Field(examples=[60])


class PlanBody(Answer):
    """A plan: its windows are counted together, and the shortest is the burst."""

    name: str = Field(examples=["standard"])
    note: str = Field(examples=["A client: a company, or one of its services."])
    windows: list[WindowBody]
    costs: dict[Kind, int] = Field(
        description="Of a question of each kind; of a batch, for each of its questions.",
        examples=[{"single": 1, "list": 2, "feed": 5, "batch": 1}],
    )
    shadow: bool = Field(description="True where nothing is refused, as the plan is on trial.")

    @classmethod
    def of(cls, plan: Plan) -> "PlanBody":
        """From the limits."""
        return cls(
            name=plan.name,
            note=plan.note,
            windows=[
                WindowBody(policy=rule.name, limit=rule.limit, window_seconds=rule.seconds)
                for rule in plan.windows
            ],
            costs=plan.costs.model_dump(),
            shadow=plan.shadow,
        )


class MeAnswer(Answer):
    """Who a token speaks for."""

    client_id: str = Field(examples=["acme"])
    name: str | None = Field(
        description="Null while the database does not answer.", examples=["Acme Inc."]
    )
    scopes: list[str] = Field(examples=[["calendars:read"]])
    plan: PlanBody


class WindowNow(WindowBody):
    """One window of a plan, as it stands."""

    remaining: int = Field(description="Single questions that it admits now.", examples=[5998])
    reset_seconds: int = Field(description="Until its current count begins to fade.")


class KindUsage(Answer):
    """How many questions of one kind were answered, and how many refused by a limit."""

    allowed: int = Field(examples=[1200])
    refused: int = Field(examples=[0])


class DayUsage(Answer):
    """One day, in UTC."""

    date: datetime.date
    allowed: int = Field(description="Of all kinds together.", examples=[1200])
    refused: int = Field(examples=[0])
    kinds: dict[Kind, KindUsage]

    @classmethod
    def of(cls, day: Day) -> "DayUsage":
        """From the limits."""
        return cls(
            date=day.day,
            allowed=sum(day.allowed.values()),
            refused=sum(day.refused.values()),
            kinds={
                kind: KindUsage(allowed=day.allowed[kind], refused=day.refused[kind])
                for kind in day.allowed
            },
        )


class UsageAnswer(Answer):
    """What a client has asked, and what it may ask now."""

    client_id: str = Field(examples=["acme"])
    plan: str = Field(examples=["standard"])
    windows: list[WindowNow]
    today: DayUsage
    days: list[DayUsage] = Field(description="The 30 days before today, the latest first.")


@blueprint.get("/me")
@documented(query=NoParameters, answers=MeAnswer, conditional=False, tag="account")
def show_me() -> Response:
    """Say who the token speaks for, and by which plan it asks. Costs a single question."""
    parse_query(NoParameters)
    identity, verdict = _asking()
    return _uncached(
        MeAnswer(
            client_id=identity.client_id,
            name=auth().clients.name_of(identity.client_id),
            scopes=sorted(identity.scopes),
            plan=PlanBody.of(verdict.plan),
        )
    )


@blueprint.get("/me/usage")
@documented(
    query=NoParameters, answers=UsageAnswer, problems=(503,), conditional=False, tag="account"
)
def show_usage() -> Response:
    """Say what the client asked today and in the 30 days before, and what is left now.

    A batch counts each of its questions. May be a second behind. Costs a single question.
    Problems: unavailable 503, while the counts cannot be read.
    """
    parse_query(NoParameters)
    identity, verdict = _asking()
    today, *days = map(DayUsage.of, limits().usage.of(identity.client_id, SHOWN_DAYS))
    return _uncached(
        UsageAnswer(
            client_id=identity.client_id,
            plan=verdict.plan.name,
            windows=[
                WindowNow(
                    policy=window.rule.name,
                    limit=window.rule.limit,
                    window_seconds=window.rule.seconds,
                    remaining=window.remaining,
                    reset_seconds=window.reset_seconds,
                )
                for window in verdict.windows
            ],
            today=today,
            days=days,
        )
    )


def _asking() -> tuple[Identity, Verdict]:
    """Who asks, and what was decided about it: a guarded route is not reached without."""
    identity, verdict = current_identity(), current_verdict()
    if identity is None or verdict is None:
        raise RuntimeError("asked without a token")
    return identity, verdict


def _uncached(body: Answer) -> Response:
    response = Response(body.to_json(), content_type="application/json")
    response.cache_control.private = True
    response.cache_control.no_store = True
    return response
