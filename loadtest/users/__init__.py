"""Who puts load on the service: one file a kind of client."""
