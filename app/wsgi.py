"""``app``, for a WSGI server: what can be found wrong at boot is, before a worker forks."""

import gc
import logging
import sys
from datetime import UTC, datetime

from flask import Flask

from app.api.warm_up import warm_up
from app.auth import EXTENSION as AUTH
from app.auth.keys import NoSigningKey
from app.factory import create_app
from app.observability import logs, metrics
from app.settings import Settings, SettingsError

logger = logging.getLogger(__name__)


def boot() -> Flask:
    """Return the application, keys read and facts built. Exits saying what is wrong."""
    try:
        settings = Settings.load()
        logs.configure(settings.log_level, settings.replica)
        booted = create_app(settings)
        key_id = booted.extensions[AUTH].keys.signing_key.id
    except (SettingsError, NoSigningKey) as error:
        sys.exit(f"Fasti cannot start:\n{error}")
    year = datetime.now(UTC).year
    # The years that are asked for most; any other takes half a millisecond when it is asked for.
    built = booted.extensions["fasti.almanac"].build(
        range(year, year + settings.prebuilt_years + 1)
    )
    answered = warm_up(booted, datetime.now(UTC).date(), settings.warm_up_seconds)
    metrics.fold()  # What is counted so far is the replica's, and no worker's.
    gc.collect()
    gc.freeze()  # What the workers share stays untouched by their collectors, and so shared.
    for name in Settings.unknown_variables():
        logger.warning("%s is not a setting", name)
    logger.info(
        "booted with %d calendar years and %d answers, signing with %s", built, answered, key_id
    )
    return booted


app = boot()
