"""One decision about one question, without a request around it: whoever answers may ask for it."""

import logging
from dataclasses import dataclass
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

from app.auth.tokens import Identity
from app.limits.cost import Questions
from app.limits.networks import network_of
from app.limits.plan import Plan
from app.limits.plans import Plans
from app.limits.storage import SharedStorage
from app.limits.usage import Usage
from app.limits.verdict import Verdict
from app.observability import metrics
from app.observability.logs import ids_of

logger = logging.getLogger(__name__)


class Charge(NamedTuple):
    """Who asks what, and by which plan it counts.

    caller: ``client``, ``anonymous`` or ``token``; key: whose counters these are; client_id: whose
    usage, None without a token.
    """

    caller: str
    key: str
    plan: Plan
    questions: Questions
    client_id: str | None = None

    @property
    def cost(self) -> int:
        """What the questions cost by the plan."""
        return self.questions.cost(self.plan.costs)


@dataclass(frozen=True, slots=True)
class Limits:
    """The parts of this room that one application uses."""

    plans: Plans
    storage: SharedStorage
    usage: Usage

    def of_client(self, identity: Identity, questions: Questions) -> Charge:
        """Return what a client is charged for ``questions``."""
        plan = self.plans.of(identity.plan)
        return Charge("client", f"client:{identity.client_id}", plan, questions, identity.client_id)

    def of_address(self, address: str, questions: Questions) -> Charge:
        """Return what whoever asks without a token is charged, by address."""
        key = f"anonymous:{network_of(address)}"
        return Charge("anonymous", key, self.plans.anonymous, questions)

    def decide(self, charge: Charge, environ: WSGIEnvironment) -> Verdict:
        """Charge it to every window of its plan, or to none, and count it as used or refused.

        environ: of the request, for the log.
        """
        verdict = self.storage.decide(charge.key, charge.plan, charge.cost)
        if charge.client_id is not None:
            self.usage.count(charge.client_id, charge.questions, is_allowed=verdict.passes)
        if not verdict.is_admitted:
            if verdict.passes:
                metrics.SHADOW_LIMITED.labels(charge.plan.name).inc()
                logger.info(
                    "%s: plan %s would refuse this",
                    charge.key,
                    charge.plan.name,
                    extra=ids_of(environ) | {"client_id": charge.client_id or ""},
                )
            else:
                metrics.count_limited(charge.caller, charge.plan.name)
        return verdict
