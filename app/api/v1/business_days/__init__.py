"""/api/v1/calendars/{id}/business-days: stepping, rolling, counting and listing."""

from app.api.v1.business_days import between, roll, step  # noqa: F401 - they fill the blueprint
