"""Every route that is asked, as it is named in the report; slo.toml groups them by these names."""

LIST = "/api/v1/calendars"
# What is asked of one calendar is one route.
ONE = f"{LIST}/{{id}}"
NAGER = "/api/v3"

TOKEN = "POST /oauth/token"  # noqa: S105 - a route, not a token
CALENDARS = f"GET {LIST}"
CALENDAR = f"GET {ONE}"
YEAR = f"GET {ONE}/holidays"
YEAR_AGAIN = f"GET {ONE}/holidays (If-None-Match)"
DAY = f"GET {ONE}/days/{{date}}"
ADD = f"GET {ONE}/business-days/add"
COUNT = f"GET {ONE}/business-days/count"
BATCH = "POST /api/v1/batch"
FEED = f"GET {ONE}/holidays.ics"
FEED_AGAIN = f"GET {ONE}/holidays.ics (If-None-Match)"
NAGER_YEAR = f"GET {NAGER}/PublicHolidays/{{year}}/{{country}}"
NAGER_YEAR_AGAIN = f"{NAGER_YEAR} (If-None-Match)"
NAGER_LONG_WEEKENDS = f"GET {NAGER}/LongWeekend/{{year}}/{{country}}"
NAGER_TODAY = f"GET {NAGER}/IsTodayPublicHoliday/{{country}}"
NAGER_COUNTRIES = f"GET {NAGER}/AvailableCountries"
READY = "GET /health/ready"
LIVE = "GET /health/live"
DATA_VERSION = "GET /api/v1/data-version"
ABUSE = f"GET {ONE}/days/{{date}} (above the limit)"
NAGER_ABUSE = f"{NAGER_YEAR} (above the limit)"

ALL = tuple(value for name, value in dict(vars()).items() if name.isupper() and " " in str(value))
