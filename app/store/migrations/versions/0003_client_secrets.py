"""Secrets of clients in a table of their own, two at a time, and when a client last asked.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Move every secret; its id is the first eight digits of its hash.

    The table of secrets is made last: on SQLite the table of clients is written anew, and nothing
    may refer to the old one then.
    """
    connection = op.get_bind()
    kept = connection.execute(sa.text("SELECT id, secret_sha256, created_at FROM clients")).all()
    with op.batch_alter_table("clients") as clients:
        clients.drop_column("secret_sha256")
        clients.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.create_table(
        "client_secrets",
        sa.Column("client_id", sa.String(64), sa.ForeignKey("clients.id"), primary_key=True),
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
    )
    insert = sa.text(
        "INSERT INTO client_secrets (client_id, id, secret_sha256, created_at)"
        " VALUES (:client_id, :id, :secret_sha256, :created_at)"
    )
    for client_id, secret_sha256, created_at in kept:
        connection.execute(
            insert,
            {
                "client_id": client_id,
                "id": secret_sha256[:8],
                "secret_sha256": secret_sha256,
                "created_at": created_at,
            },
        )


def downgrade() -> None:
    """Keep the newest secret of each client, and forget the other."""
    connection = op.get_bind()
    kept = connection.execute(
        sa.text("SELECT client_id, secret_sha256 FROM client_secrets ORDER BY created_at")
    ).all()
    op.drop_table("client_secrets")
    with op.batch_alter_table("clients") as clients:
        clients.drop_column("last_used_at")
        clients.add_column(
            sa.Column("secret_sha256", sa.String(64), nullable=False, server_default="")
        )
    for client_id, secret_sha256 in kept:
        connection.execute(
            sa.text("UPDATE clients SET secret_sha256 = :secret_sha256 WHERE id = :client_id"),
            {"client_id": client_id, "secret_sha256": secret_sha256},
        )
