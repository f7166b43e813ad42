"""flask --app app.factory …: what an operator does by hand, or a script at install time."""

from flask import Flask
from flask.cli import AppGroup

from app.cli.audit_log import audit_log
from app.cli.clients import clients
from app.cli.keys import keys
from app.settings import Settings
from app.store import store


def init_app(app: Flask, settings: Settings) -> None:
    """Add the commands."""
    database = AppGroup("database", help="The tables.")

    @database.command("upgrade")
    def upgrade() -> None:
        """Bring the tables to the newest revision."""
        from app.store import migrations  # Alembic: a replica has no use for it, and boots sooner.

        migrations.upgrade(store().sql)

    for command in (keys, database, clients, audit_log):
        app.cli.add_command(command)
