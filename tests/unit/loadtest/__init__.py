"""The load test itself: what it counts, what it checks, how it reports."""
