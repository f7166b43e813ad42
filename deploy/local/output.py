"""What the commands tell the person at the terminal."""

import sys


def say(text: str) -> None:
    """Print ``text`` at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print ``text`` as the reason why the command failed."""
    sys.stderr.write(f"fasti: {text}\n")
