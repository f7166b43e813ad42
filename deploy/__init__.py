"""How Fasti is run: configuration of the servers around the application. Nothing of ``app`` is
imported here.
"""
