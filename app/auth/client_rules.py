"""What a client can be, and what an administrator may not do to itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.auth.clients import CLIENT_ID
from app.auth.scopes import ADMIN_SCOPE, SCOPES
from app.errors.administration import InvalidClient, WouldLockOut

MAX_NAME_CHARACTERS = 200
MAX_ENDS_IN_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise about a client; None leaves it as it is."""

    name: str | None = None
    plan: str | None = None
    scopes: Sequence[str] | None = None
    is_disabled: bool | None = None


def check(change: Change, plans: Collection[str], new_id: str | None = None) -> None:
    """Raise InvalidClient when no client can be so, naming every field at fault.

    plans: those there are. new_id: the id of a client that is to be.
    """
    faults = {}
    if new_id is not None and not CLIENT_ID.fullmatch(new_id):
        faults["id"] = "must be 1 to 64 letters, digits, dots, dashes or underscores"
    if change.name is not None and not _is_name(change.name):
        faults["name"] = f"must be 1 to {MAX_NAME_CHARACTERS} printable characters"
    if change.plan is not None and change.plan not in plans:
        faults["plan"] = f"must be one of {', '.join(plans)}"
    if change.scopes is not None and not (change.scopes and set(change.scopes) <= SCOPES.keys()):
        faults["scopes"] = f"must be one or more of {', '.join(SCOPES)}"
    if faults:
        raise _invalid(faults)


def check_ends_in(seconds: int | None) -> None:
    """Raise InvalidClient when no secret is to go on for so long."""
    if seconds is not None and not 0 <= seconds <= MAX_ENDS_IN_SECONDS:
        raise _invalid({"ends_in_seconds": f"must be 0 to {MAX_ENDS_IN_SECONDS}"})


def refuse_to_lock_out(change: Change) -> None:
    """Raise WouldLockOut for a change that would shut out the administrator it is made to."""
    if change.is_disabled:
        raise WouldLockOut("You would disable yourself: another administrator can.")
    if change.scopes is not None and ADMIN_SCOPE not in change.scopes:
        raise WouldLockOut(f"You would lose the scope {ADMIN_SCOPE}: keep it in `scopes`.")


def _invalid(faults: Mapping[str, str]) -> InvalidClient:
    errors = [{"field": field, "message": message} for field, message in faults.items()]
    detail = "; ".join(f"{field} {message}" for field, message in faults.items())
    return InvalidClient(f"{detail}.", errors=errors)


def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME_CHARACTERS and name.isprintable() and name.strip() != ""
