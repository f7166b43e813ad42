"""The scopes there are: what a client may be allowed, and a token may be asked for."""

READ_SCOPE = "calendars:read"
ADMIN_SCOPE = "admin"
OFFLINE_SCOPE = "offline_access"

SCOPES = {
    READ_SCOPE: "Ask about calendars",
    ADMIN_SCOPE: "Manage clients and read the audit log",
    OFFLINE_SCOPE: "Get refresh tokens",
}
"""Every scope, and what it allows."""
