"""``python -m deploy.local <command>``: the table of commands, and the edge where errors become one
line.
"""

import argparse
from pathlib import Path

from deploy.local.application import run_command
from deploy.local.down import clean, down
from deploy.local.errors import StackError
from deploy.local.options import Options
from deploy.local.output import complain, say
from deploy.local.paths import CHECKOUT, Paths
from deploy.local.restart import restart
from deploy.local.status import follow_logs, status
from deploy.local.token import fetch_token
from deploy.local.up import up

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status: 0, 1 with a line on stderr, or 130 when
    interrupted.
    """
    parsed = _parser().parse_args(arguments)
    paths = Paths(Path(parsed.var).absolute())
    try:
        _run(parsed, paths)
    except StackError as error:
        complain(str(error))
        return 1
    except OSError as error:
        complain(f"{error.strerror or error}: {error.filename or parsed.command}")
        return 1
    except KeyboardInterrupt:
        complain("interrupted. What was started is stopped by: make down")
        return INTERRUPTED
    return 0


def _run(parsed: argparse.Namespace, paths: Paths) -> None:
    match parsed.command:
        case "up":
            up(
                paths,
                Options.parse(
                    port=parsed.port,
                    port_tls=parsed.port_tls,
                    tls=parsed.tls,
                    replicas=parsed.replicas,
                    workers=parsed.workers,
                    server=parsed.server,
                    ha=parsed.ha,
                ),
            )
        case "down":
            down(paths)
        case "clean":
            clean(paths)
        case "restart":
            restart(paths)
        case "status":
            status(paths)
        case "logs":
            follow_logs(paths)
        case "token":
            say(fetch_token(paths))
        case "flask":
            run_command(paths, parsed.arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    about = {
        "up": "start the stack and wait until it answers",
        "down": "stop it and keep the data",
        "clean": "stop it and remove the data",
        "restart": "restart the replicas one at a time",
        "status": "what runs, and whether it is ready",
        "logs": "follow all logs",
        "token": "print a bearer token of the demo client",
        "flask": "run a command of the application with the settings of the stack",
    }
    for name, text in about.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--var", default=str(CHECKOUT / "var"), help="directory of all state")
        if name == "flask":
            command.add_argument("arguments", nargs=argparse.REMAINDER)
        if name == "up":
            command.add_argument("--port", default="8080", help="0: any free one")
            command.add_argument("--port-tls", default="8443", help="0: any free one")
            command.add_argument("--tls", default="0", help="1: HTTPS too, own certificate")
            command.add_argument("--replicas", default="3")
            command.add_argument("--workers", default="2", help="per replica")
            command.add_argument("--server", default="", help="what serves a replica")
            command.add_argument("--ha", default="0", help="1: two Valkeys and three Sentinels")
    return parser
