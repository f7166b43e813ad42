"""Can this replica answer, and how well; and all of them? For balancers, dashboards, people."""

from dataclasses import dataclass

from flask import Flask

from app.auth import EXTENSION as AUTH
from app.health import routes, status_page
from app.health.cluster import Cluster
from app.health.condition import Condition
from app.health.draining import is_draining
from app.health.report import WorkerReport
from app.health.saturation import Saturation
from app.limits import EXTENSION as LIMITS
from app.limits.charging import Limits
from app.observability.metrics import MEMORY_CACHES
from app.settings import Settings
from app.store import EXTENSION as STORE
from app.store import Store
from app.store.reports import Reporter
from app.store.worker_share import WorkerShare

EXTENSION = "fasti.health"
MEASURE_SECONDS = 1.0  # So old are the counts of another worker in /metrics, at most.


@dataclass(frozen=True, slots=True)
class Health:
    """The parts of this room that the server around an application uses."""

    report: WorkerReport
    saturation: Saturation
    share: WorkerShare

    def leave(self) -> None:
        """Count and report a last time, when nothing is answered here any more.

        A replica that was not told to stop, or a worker that is replaced, says nothing: whoever
        takes its place will; where nobody does, it is down.
        """
        self.saturation.measure()
        if is_draining():
            self.report.say_stopped()
        self.share.leave()


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the health and the metrics, without a token, and report with every heartbeat.

    To be called after the rooms that it looks into.
    """
    store: Store = app.extensions[STORE]
    made: Limits = app.extensions[LIMITS]
    caches = app.extensions[MEMORY_CACHES]
    condition = Condition(store, app.extensions[AUTH])
    report = WorkerReport(settings, condition, caches, lambda: made.storage.leased_units)
    store.worker_share.reporter = Reporter(report.report, report.undelivered)
    saturation = Saturation(settings, app.extensions[AUTH], caches)
    store.prober.add(saturation.measure, MEASURE_SECONDS)
    app.extensions[EXTENSION] = Health(report, saturation, store.worker_share)
    app.extensions[routes.CONDITION] = condition
    app.extensions[status_page.CLUSTER] = Cluster(store, report, settings.replica)
    app.config["FASTI_REPLICA"] = settings.replica
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(status_page.blueprint)
