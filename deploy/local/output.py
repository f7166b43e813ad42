"""What the commands tell the person at the terminal."""

import os
import sys


def say(text: str) -> None:
    """Print ``text`` at once, also into a pipe. Where nobody reads on, the command goes on."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Written to no more: Python itself would fail once more, when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print ``text`` as the reason why the command failed."""
    sys.stderr.write(f"fasti: {text}\n")
