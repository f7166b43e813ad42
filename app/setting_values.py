"""The kinds of values that settings have, each with what is wrong with one that cannot be used."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def check_rate_limit(text: str) -> str:
    """Return ``text`` when it is limits such as "100/minute" or "20/second; 2000/minute".

    Raises ValueError.

    Months and years are refused: the limits library counts 30 and 360 days for them.
    """
    try:
        items = parse_many(text)
    except ValueError as error:
        raise ValueError('must be a limit such as "100/minute"') from error
    if any(item.amount < 1 or item.multiples < 1 for item in items):
        raise ValueError("must be a limit of 1 at least")
    if any(item.GRANULARITY.name in ("month", "year") for item in items):
        raise ValueError("must be by the second, minute, hour or day")
    return text


def _replica(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise ValueError("must be 1 to 64 letters, digits, dots, dashes or underscores")
    return text


def _sql_url(secret: SecretStr) -> SecretStr:
    try:
        url = make_url(secret.get_secret_value())
    except ArgumentError as error:
        raise ValueError("must be an SQLAlchemy URL") from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("must be of sqlite or postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("must name a file: workers do not share memory")
    return secret


def _redis_url(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return secret


def addresses_of(text: str | None) -> list[tuple[str, int]]:
    """Read ``host:port,host:port``, an IPv6 address in brackets; none of nothing. Raises
    ValueError.
    """
    return [_address(part.strip()) for part in text.split(",")] if text else []


def _address(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or "@" in text or parts.path:
        raise ValueError("must be host:port, separated by commas")
    return host, port


def _addresses(text: str) -> str | None:
    addresses = addresses_of(text)
    if len(set(addresses)) < len(addresses):
        raise ValueError("names one of them twice")
    return text or None


Addresses = Annotated[str, AfterValidator(_addresses)]
SqlUrl = Annotated[SecretStr, AfterValidator(_sql_url)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
ReplicaName = Annotated[str, AfterValidator(_replica)]
RateLimit = Annotated[str, AfterValidator(check_rate_limit)]
Server = Literal["gunicorn", "granian"]
LogLevel = Annotated[str, BeforeValidator(str.upper), Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")]
