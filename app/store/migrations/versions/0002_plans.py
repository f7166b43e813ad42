"""A client has a plan, by name, in place of a limit of its own.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Put every client on the default plan; the limits that some had are gone."""
    with op.batch_alter_table("clients") as clients:
        clients.add_column(
            sa.Column("plan", sa.String(32), nullable=False, server_default="standard")
        )
        clients.drop_column("rate_limit")


def downgrade() -> None:
    """Give every client the limit of the settings."""
    with op.batch_alter_table("clients") as clients:
        clients.add_column(sa.Column("rate_limit", sa.String(50)))
        clients.drop_column("plan")
