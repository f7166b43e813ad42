"""The history of the tables, run by `flask database upgrade`."""

from importlib import resources

from alembic import command
from alembic.config import Config

from app.store.sql_gateway import SqlGateway


def upgrade(sql: SqlGateway, revision: str = "head") -> None:
    """Bring the database to the revision; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(resources.files(__package__)))
    # Two replicas that migrate at once: the second waits here, then finds it done.
    with sql.engine.begin() as connection:
        if sql.url.get_backend_name() == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7241982)")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
