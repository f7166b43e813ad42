"""flask --app app.factory …: what an operator does by hand, or a script at install time."""

import click
from flask import Flask
from flask.cli import AppGroup

from app.auth.keys import create_key
from app.cli.audit_log import audit_log
from app.cli.clients import clients
from app.settings import Settings
from app.store import store


def init_app(app: Flask, settings: Settings) -> None:
    """Add the commands."""
    keys = AppGroup("keys", help="The keys that tokens are signed with.")
    database = AppGroup("database", help="The tables.")

    @keys.command("create")
    @click.option("--if-missing", is_flag=True, help="Do nothing when there is a key already.")
    def create_signing_key(if_missing: bool) -> None:
        """Write a new signing key and print its id."""
        directory = settings.signing_keys_directory
        existing = sorted(path.stem for path in directory.glob("*.pem"))
        click.echo(existing[-1] if existing and if_missing else create_key(directory))

    @database.command("upgrade")
    def upgrade() -> None:
        """Bring the tables to the newest revision."""
        from app.store import migrations  # Alembic: a replica has no use for it, and boots sooner.

        migrations.upgrade(store().sql)

    app.cli.add_command(keys)
    app.cli.add_command(database)
    app.cli.add_command(clients)
    app.cli.add_command(audit_log)
