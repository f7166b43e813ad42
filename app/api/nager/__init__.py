"""/api/v3 and /api/v4: the paths and shapes of Nager.Date, for clients that change the host alone.

Source: the OpenAPI documents v3 and community-v4 of Nager.Date (https://date.nager.at), read
2026-11-21. docs/moving-from-nager.md says what differs.
"""

from flask import Flask

from app.api.nager import aspnet, long_weekends, v3, v4  # noqa: F401 - they fill the blueprint
from app.api.nager.blueprint import blueprint
from app.api.nager.lookup import COUNTRIES, COUNTRY_YEARS
from app.facts.almanac import Almanac
from app.facts.countries import Countries
from app.facts.country_years import CountryYears


def init_app(app: Flask) -> None:
    """Serve the paths. Nothing is built before the first question."""
    almanac: Almanac = app.extensions["fasti.almanac"]
    app.extensions[COUNTRIES] = Countries(almanac.catalogue)
    app.extensions[COUNTRY_YEARS] = CountryYears(almanac.catalogue)
    app.register_blueprint(blueprint)
    aspnet.init_app(app)
