"""The tables, as SQLAlchemy maps them. app/store/migrations changes them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Integer, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, in UTC however it was written: SQLite keeps no time zone, PostgreSQL its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is stored."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is read."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What the migrations compare the database with."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - read once, by SQLAlchemy


class ClientRow(Base):
    """A client that may ask for tokens."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[str] = mapped_column(String(500))  # separated by spaces, as in the token
    plan: Mapped[str] = mapped_column(String(32), server_default="standard")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # to the minute
    disabled_at: Mapped[datetime | None]


class ClientSecretRow(Base):
    """A secret of a client: the SHA-256 of 256 random bits, and of that the first digits as id."""

    __tablename__ = "client_secrets"

    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # None: until it is ended


class AuditRow(Base):
    """What somebody changed. The database refuses to change or to remove a row."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(100))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class RevokedTokenRow(Base):
    """A token, or a family of tokens, that is refused though it verifies.

    id: the ``jti`` of a token, or the id of a family. expires_at: Unix time, as in a token.
    """

    __tablename__ = "revoked_tokens"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class RefreshFamilyRow(Base):
    """What came of one grant with ``offline_access``. Times are Unix times, as in a token."""

    __tablename__ = "refresh_families"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[str] = mapped_column(String(500))  # separated by spaces, as in the token
    used_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)


class RefreshTokenRow(Base):
    """One refresh token of a family. spent_at: None while it is good; parent: what it replaced."""

    __tablename__ = "refresh_tokens"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[str] = mapped_column(
        ForeignKey("refresh_families.id", ondelete="CASCADE"), index=True
    )
    parent_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    issued_at: Mapped[int] = mapped_column(BigInteger)
    spent_at: Mapped[int | None] = mapped_column(BigInteger)
