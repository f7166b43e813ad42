"""flask --app app.factory …: what an operator does by hand, or a script at install time."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.auth import auth
from app.auth.clients import DEFAULT_PLAN, ClientExists
from app.auth.guard import READ_SCOPE
from app.auth.keys import create_key
from app.limits import limits
from app.settings import Settings
from app.store import store
from app.store.breaker import DependencyDown


def init_app(app: Flask, settings: Settings) -> None:
    """Add the commands."""
    keys = AppGroup("keys", help="The keys that tokens are signed with.")
    database = AppGroup("database", help="The tables.")
    clients = AppGroup("clients", help="The clients that may ask for tokens.")

    @keys.command("create")
    @click.option("--if-missing", is_flag=True, help="Do nothing when there is a key already.")
    def create_signing_key(if_missing: bool) -> None:
        """Write a new signing key and print its id."""
        directory = settings.signing_keys_directory
        existing = sorted(path.stem for path in directory.glob("*.pem"))
        click.echo(existing[-1] if existing and if_missing else create_key(directory))

    @keys.command("rotate")
    def rotate() -> None:
        """Write a new key, which signs after FASTI_KEY_PUBLISHED_SECONDS, and print its id.

        The others verify until their last token has expired; those that have are removed.
        """
        auth().keys.prune()
        click.echo(create_key(settings.signing_keys_directory))

    @keys.command("prune")
    def prune() -> None:
        """Remove the keys whose last token has expired, and print their ids."""
        for key_id in auth().keys.prune():
            click.echo(key_id)

    @keys.command("list")
    def list_keys() -> None:
        """Print the keys that verify, oldest first, and which of them signs."""
        ring = auth().keys
        for key in ring.verifying:
            at = datetime.fromtimestamp(ring.signs_from(key), UTC)
            is_new = at > datetime.now(UTC)
            state = f"signs from {at:%Y-%m-%dT%H:%M:%SZ}" if is_new else "verifies"
            click.echo(f"{key.id} {'signs' if key is ring.signing_key else state}")

    @database.command("upgrade")
    def upgrade() -> None:
        """Bring the tables to the newest revision."""
        from app.store import migrations  # Alembic: a replica has no use for it, and boots sooner.

        migrations.upgrade(store().sql)

    @clients.command("create")
    @click.option("--id", "client_id", required=True, help="1 to 64 letters, digits, . - _")
    @click.option("--name", required=True, help="Who that is.")
    @click.option("--scope", "scopes", multiple=True, default=(READ_SCOPE,), show_default=True)
    @click.option("--plan", default=DEFAULT_PLAN, show_default=True)
    @click.option("--if-missing", is_flag=True, help="Keep a client that exists.")
    @click.option("--output", type=click.Path(path_type=Path), help="Write the secret there.")
    def create_client(
        client_id: str,
        name: str,
        scopes: tuple[str, ...],
        plan: str,
        if_missing: bool,
        output: Path | None,
    ) -> None:
        """Add a client and hand out its secret, once: as JSON, printed or written to a file (0600).

        With --if-missing a client that exists is kept; when the file with its secret is gone, it
        gets a new secret, and the old one ends.
        """
        if plan not in (plans := limits().plans.names):
            raise click.BadParameter(f"there are {', '.join(plans)}", param_hint="--plan")
        try:
            secret = auth().clients.create(client_id, name, scopes, plan)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--id") from error
        except ClientExists as error:
            if not if_missing:
                raise click.ClickException(f"There is a client {client_id} already.") from error
            if output is None or output.exists():
                return
            secret = auth().clients.renew_secret(client_id)
        except DependencyDown as error:
            raise click.ClickException(
                "The database does not answer: check FASTI_SQL_URL, run `database upgrade`."
            ) from error
        _hand_out({"client_id": client_id, "client_secret": secret}, output)

    for group in (keys, database, clients):
        app.cli.add_command(group)


def _hand_out(credentials: dict[str, str], output: Path | None) -> None:
    text = json.dumps(credentials)
    if output is None:
        click.echo(text)
        return
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)  # The mode above is for a new file alone.
        file.write(text + "\n")
