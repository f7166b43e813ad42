"""The scopes that a client may have."""

READ_SCOPE = "calendars:read"
OFFLINE_SCOPE = "offline_access"
ADMIN_SCOPE = "admin"

SCOPES = {
    READ_SCOPE: "Ask about calendars",
    OFFLINE_SCOPE: "Get a refresh token",
    ADMIN_SCOPE: "Ask about every client's tokens",
}
"""Each with what it lets a client do."""
