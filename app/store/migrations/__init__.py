"""The history of the tables, run by `flask database upgrade`."""

from importlib import resources

from alembic import command
from alembic.config import Config

from app.store.sql_gateway import SqlGateway


def upgrade(sql: SqlGateway) -> None:
    """Bring the database to the newest revision; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(resources.files(__package__)))
    # Two replicas that migrate at once on PostgreSQL: the second waits here, then finds it done.
    with sql.engine.begin() as connection:
        if sql.url.get_backend_name() == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7241982)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
