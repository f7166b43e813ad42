"""The HTTP surface: one thin module per resource; each view parses, asks and answers."""

from flask import Flask

from app.api import clock, first_page, nager, oauth, openapi, problems
from app.api.v1 import (  # noqa: F401 - they fill the blueprint
    batch,
    business_days,
    calendars,
    coming,
    days,
    facts_version,
    holidays,
    long_weekends,
    me,
    settlement,
)
from app.api.v1 import blueprint as v1
from app.api.v1.admin import audit_log, clients  # noqa: F401 - as above
from app.api.v1.admin import blueprint as admin
from app.api.v1.business_days import explanation
from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Register every resource. They are guarded by the guard of the application, unless public."""
    app.config.update(
        FASTI_ACCESS_TOKEN_SECONDS=settings.access_token_seconds,
        FASTI_KEY_PUBLISHED_SECONDS=settings.key_published_seconds,
        FASTI_MAX_BUSINESS_DAYS=settings.max_business_days,
        FASTI_MAX_RANGE_DAYS=settings.max_range_days,
        FASTI_MAX_BATCH_BYTES=settings.max_batch_bytes,
    )
    app.extensions[clock.EXTENSION] = clock.system_clock
    explanation.init_app(app)
    app.register_blueprint(v1)
    app.register_blueprint(admin)
    app.register_blueprint(oauth.blueprint)
    app.register_blueprint(problems.blueprint)
    app.register_blueprint(openapi.blueprint)
    app.register_blueprint(first_page.blueprint)
    if settings.nager_enabled:
        nager.init_app(app)
