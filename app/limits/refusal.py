"""What a client is told when a limit refuses its question."""

from app.errors.problem import Problem
from app.errors.problems import RateLimited, TooLarge
from app.limits.verdict import Verdict


def refusal_of(verdict: Verdict) -> Problem:
    """Return the refusal: when to come back, or that coming back is of no use."""
    plan = verdict.plan.name
    if (small := verdict.too_small) is not None:
        return TooLarge(
            f"The question costs {verdict.cost}, and the plan {plan} never has more than "
            f"{small.rule.limit} for {small.rule.seconds} seconds: ask in smaller parts."
        )
    rule, wait_seconds = verdict.refusing.rule, verdict.retry_after_seconds
    return RateLimited(
        f"The plan {plan} allows {rule.limit} in {rule.seconds} seconds, and the question costs "
        f"{verdict.cost}; wait {wait_seconds} seconds.",
        wait_seconds,
        plan=plan,
        policy=rule.name,
    )
