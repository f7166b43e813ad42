"""Can this replica answer, and how well? For load balancers, dashboards and people."""

from flask import Flask

from app.health import routes
from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the health and the metrics, without a token."""
    app.config["FASTI_REPLICA"] = settings.replica
    app.register_blueprint(routes.blueprint)
