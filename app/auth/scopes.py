"""The scopes there are: what a client may be allowed, and a token may be asked for."""

READ_SCOPE = "calendars:read"
OFFLINE_SCOPE = "offline_access"
ADMIN_SCOPE = "admin"

SCOPES = {
    READ_SCOPE: "Ask about calendars",
    OFFLINE_SCOPE: "Get a refresh token",
    ADMIN_SCOPE: "Manage clients, read the audit log, introspect every client's tokens",
}
"""Every scope, and what it allows."""
