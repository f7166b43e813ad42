"""Create the refresh tokens and their families.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "refresh_families",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "client_id",
            sa.String(64),
            sa.ForeignKey("clients.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column(
            "family_id",
            sa.String(32),
            sa.ForeignKey("refresh_families.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("parent_sha256", sa.String(64), index=True),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("spent_at", sa.BigInteger),
    )


def downgrade() -> None:
    """Drop the tables, and every refresh token with them."""
    op.drop_table("refresh_tokens")
    op.drop_table("refresh_families")
