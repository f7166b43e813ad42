"""The operator: probes and dashboards, which have no token and must be answered first of all."""

from typing import Any

from loadtest.checks import check_ready, expect
from loadtest.users import routes
from loadtest.users.api_user import ApiUser, Visit, read_json


class Operator(ApiUser):
    """Asks how the service is."""

    concurrency = 2

    def come(self, visit: Visit) -> None:
        """Ask one of three things."""
        asks = (self.readiness, self.liveness, self.data_version)
        visit.chance.choices(asks, (3, 1, 1))[0](visit)

    def readiness(self, visit: Visit) -> None:
        """Ask whether traffic can come."""
        self.send(visit, lambda response: check_ready(read_json(response)), "/health/ready",
                  routes.READY, {})  # fmt: skip

    def liveness(self, visit: Visit) -> None:
        """Ask whether the process answers."""

        def read(response: Any) -> None:
            expect(read_json(response).get("status") == "live", "not alive")

        self.send(visit, read, "/health/live", routes.LIVE, {})

    def data_version(self, visit: Visit) -> None:
        """Ask which facts there are."""

        def read(response: Any) -> None:
            expect(bool(read_json(response).get("data_version")), "no data_version")

        self.send(visit, read, "/api/v1/data-version", routes.DATA_VERSION, {})
