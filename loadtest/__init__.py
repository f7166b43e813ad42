"""The load test: Locust users that speak HTTP only, so that they can be pointed at any Fasti."""
