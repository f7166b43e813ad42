"""What Fasti is compared with; each is a module with a WSGI ``app``."""
