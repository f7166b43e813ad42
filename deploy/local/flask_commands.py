"""Several commands of the application in one process: importing it takes longer than each of them.

``python -m deploy.local.flask_commands '[["keys", "create"], ["database", "upgrade"]]'``. Stops at
the first that fails.
"""

import json
import sys

from flask.cli import cli


def run(commands: list[list[str]]) -> None:
    """Run each command as ``flask --app app.factory <command>`` does. Exits as that does when one
    fails.
    """
    for arguments in commands:
        try:
            cli.main(["--app", "app.factory", *arguments], prog_name="flask")
        except SystemExit as end:  # click's way of being done
            if end.code:
                sys.stdout.write(f"(in: flask {' '.join(arguments)})\n")
                raise


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
