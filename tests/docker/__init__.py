"""The containers, for real. `make test-docker` runs them, `make test` does not."""
