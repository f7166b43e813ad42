"""`make up` and its relatives: the whole stack on one machine, without root and without Docker.

Commands are ``python -m deploy.local <command>``; ``cli`` lists them. supervisor runs the
processes; this package writes the configuration, asks supervisor, and waits.
"""
