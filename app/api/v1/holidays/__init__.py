"""/api/v1/calendars/{id}/holidays: the holidays of a calendar, in three formats."""

from app.api.v1.holidays import routes  # noqa: F401 - they fill the blueprint
from app.api.v1.holidays.bodies import HolidayBody

__all__ = ["HolidayBody"]
