"""The clients that a load test makes for itself: how many of which kind, and on which plan."""

# Of 50 clients. The rest of the plans is on those who come: docs/operations.md, "Plans".
SHARES = {
    "reader": 18,
    "payroll": 8,
    "planner": 10,
    "subscriber": 6,
    "batcher": 5,
    "newcomer": 2,
    "restarted": 1,
}
WHOLE = sum(SHARES.values())
PLAN, ABUSERS_PLAN = "standard", "small"
NAME = "Load test"


def clients_by_role(clients: int) -> dict[str, str]:
    """Return the role of each of about ``clients`` clients by id, and of the one abuser.

    There is one of each role at least.
    """
    roles = {
        f"load-{role}-{number}": role
        for role, share in SHARES.items()
        for number in range(1, max(1, round(share * clients / WHOLE)) + 1)
    }
    return roles | {"load-abuser-1": "abuser"}


def plan_of(role: str) -> str:
    """Return the plan of the clients of ``role``."""
    return ABUSERS_PLAN if role == "abuser" else PLAN
