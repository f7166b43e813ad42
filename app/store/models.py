"""The tables, as SQLAlchemy maps them. app/store/migrations changes them."""

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the migrations compare the database with."""


class ClientRow(Base):
    """A client that may ask for tokens. Secrets are stored as the SHA-256 of 256 random bits."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_sha256: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(500))  # separated by spaces, as in the token
    plan: Mapped[str] = mapped_column(String(32), server_default="standard")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
