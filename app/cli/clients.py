"""flask clients …: who may ask, what, and how much."""

import json
import os
import re
from pathlib import Path

import click
from flask.cli import AppGroup

from app.api.v1.admin.bodies import ClientAnswer
from app.auth import auth
from app.auth.audit import Actor
from app.auth.client_details import ClientDetails, NewSecret
from app.auth.client_rules import Change
from app.auth.clients import DEFAULT_PLAN
from app.auth.scopes import READ_SCOPE, SCOPES
from app.cli.refusals import in_words
from app.errors.administration import ClientExists

PAGE = 500
DURATION = re.compile(r"([0-9]{1,7})([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

clients = AppGroup("clients", help="The clients that may ask for tokens.")
existing = click.argument("client_id", metavar="ID")
secret_file = click.option(
    "--output", type=click.Path(path_type=Path), help="Write the secret there."
)


def _duration(_context: object, _parameter: object, text: str | None) -> int | None:
    if text is None:
        return None
    if (found := DURATION.fullmatch(text)) is None:
        raise click.BadParameter("must be such as 0s, 15m, 24h or 7d")
    return int(found[1]) * SECONDS[found[2]]


@clients.command("create")
@click.option("--id", "client_id", required=True, help="1 to 64 letters, digits, . - _")
@click.option("--name", required=True, help="Who that is.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=(READ_SCOPE,),
    show_default=True,
    help=f"Of {', '.join(SCOPES)}; several times for several.",
)
@click.option("--plan", default=DEFAULT_PLAN, show_default=True)
@click.option("--if-missing", is_flag=True, help="Keep a client that exists.")
@secret_file
@in_words
def create(
    client_id: str,
    name: str,
    scopes: tuple[str, ...],
    plan: str,
    if_missing: bool,
    output: Path | None,
) -> None:
    """Add a client and hand out its secret, once: as JSON, printed or written to a file (0600).

    With --if-missing a client that exists is kept; when the file with its secret is gone, it gets a
    new secret, and every other ends.
    """
    actor = Actor.of_command_line()
    try:
        new = auth().registry.create(actor, client_id, name, scopes, plan)
    except ClientExists:
        if not if_missing:
            raise
        if output is None or output.exists():
            return
        new = auth().registry.rotate(actor, client_id, ends_in_seconds=0, may_redis_be_down=True)
    _hand_out(new, output)


@clients.command("list")
@in_words
def list_() -> None:
    """Print every client, one JSON object a line."""
    after = ""
    while page := auth().registry.page(after, PAGE):
        for client in page:
            _print(client)
        after = page[-1].id


@clients.command("show")
@existing
@in_words
def show(client_id: str) -> None:
    """Print one client, with the ids of its secrets."""
    _print(auth().registry.details(client_id))


@clients.command("rotate")
@existing
@click.option(
    "--ends-in",
    callback=_duration,
    help="End the secret before it in so long: 0s, 15m, 24h, 7d. It is kept when left out.",
)
@secret_file
@in_words
def rotate(client_id: str, ends_in: int | None, output: Path | None) -> None:
    """Add a secret and hand it out, once. The one before stays; of two, the older ends."""
    _hand_out(auth().registry.rotate(Actor.of_command_line(), client_id, ends_in), output)


@clients.command("end-secret")
@existing
@click.argument("secret_id")
@in_words
def end_secret(client_id: str, secret_id: str) -> None:
    """End a secret at once, by its id."""
    _print(auth().registry.end_secret(Actor.of_command_line(), client_id, secret_id))


@clients.command("disable")
@existing
@in_words
def disable(client_id: str) -> None:
    """Refuse the client and its tokens until it is enabled."""
    _change(client_id, Change(is_disabled=True))


@clients.command("enable")
@existing
@in_words
def enable(client_id: str) -> None:
    """Let a disabled client ask again."""
    _change(client_id, Change(is_disabled=False))


@clients.command("set-plan")
@existing
@click.argument("plan")
@in_words
def set_plan(client_id: str, plan: str) -> None:
    """Put the client on another plan."""
    _change(client_id, Change(plan=plan))


@clients.command("set-scopes")
@existing
@click.argument("scopes", nargs=-1, required=True)
@in_words
def set_scopes(client_id: str, scopes: tuple[str, ...]) -> None:
    """Let the client have these scopes and no other."""
    _change(client_id, Change(scopes=scopes))


def _change(client_id: str, change: Change) -> None:
    _print(auth().registry.change(Actor.of_command_line(), client_id, change))


def _print(client: ClientDetails) -> None:
    click.echo(ClientAnswer.of(client).to_json())


def _hand_out(new: NewSecret, output: Path | None) -> None:
    credentials = {
        "client_id": new.client.id,
        "client_secret": new.secret,
        "secret_id": new.secret_id,
    }
    text = json.dumps(credentials)
    if output is None:
        click.echo(text)
        return
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)  # The mode above is for a new file alone.
        file.write(text + "\n")
