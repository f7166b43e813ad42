"""Every FASTI_ variable, typed; the only reader of the environment."""

import os
from pathlib import Path
from typing import Any

from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as InvalidSource

from app.setting_values import Addresses, LogLevel, RateLimit, RedisUrl, ReplicaName, Server, SqlUrl

SECRETS_DIRECTORY = "FASTI_SECRETS_DIRECTORY"


class SettingsError(Exception):
    """The settings cannot be used; the message lists every problem, one a line, and no value."""


class Settings(BaseSettings):
    """The configuration of one replica, fixed for its life. A file in FASTI_SECRETS_DIRECTORY named
    after a setting, in lower case (``fasti_sql_url``), sets it where no variable does.
    """

    model_config = SettingsConfigDict(env_prefix="FASTI_", frozen=True, extra="ignore")

    sql_url: SqlUrl = Field(description="SQLAlchemy URL of the database of clients.")
    redis_url: RedisUrl = Field(
        description="URL of Redis or Valkey: `redis://:password@host:port/0`."
    )
    redis_sentinels: Addresses | None = Field(
        default=None,
        description="Sentinels that say which server is the primary: `host:port,host:port`. Host"
        " and port of `FASTI_REDIS_URL` are not used then.",
    )
    redis_sentinel_service: str | None = Field(
        default=None, description="The name by which they know it; when not set, `fasti`."
    )
    redis_sentinel_password: SecretStr | None = Field(
        default=None, description="Password of the Sentinels themselves, where they want one."
    )
    signing_keys_directory: Path = Field(
        description="Directory of the ES256 private keys, one `<kid>.pem` each, that all replicas"
        " share."
    )
    key_published_seconds: PositiveInt = Field(
        default=30,
        description="How long a new key is published before it signs. Others may keep a copy of the"
        " key set for half as long.",
    )
    issuer: str = Field(
        min_length=1, description="`iss` of the tokens: the public base URL of this deployment."
    )
    audience: str = Field(
        default="fasti", min_length=1, description="`aud` of the tokens: who they are meant for."
    )
    access_token_seconds: PositiveInt = Field(default=900, description="Life of an access token.")
    refresh_token_seconds: PositiveInt = Field(
        default=1_209_600,
        description="How long after its grant a token can be refreshed, however often it was.",
    )
    refresh_grace_seconds: int = Field(
        default=10,
        ge=0,
        le=60,
        description="How long a spent refresh token is replaced once more, for a client whose"
        " answer was lost; 0: never.",
    )
    max_token_bytes: PositiveInt = Field(
        default=4096, description="Longest token that is looked at; nginx takes headers of 8 KiB."
    )
    clock_skew_seconds: int = Field(
        default=5,
        ge=0,
        le=60,
        description="How far the clocks of two replicas may differ when a token is verified.",
    )
    plans_file: Path | None = Field(
        default=None, description="The plans; when not set, `app/limits/plans.toml`."
    )
    rate_limit: RateLimit | None = Field(
        default=None,
        description="Windows of the plan `standard` in place of those of the file: `100/minute`.",
    )
    token_rate_limit: RateLimit | None = Field(
        default=None, description="The same for token requests, which are counted by address."
    )
    anonymous_rate_limit: RateLimit | None = Field(
        default=None,
        description="The same for requests without a token, by address (IPv6: by /64).",
    )
    nager_enabled: bool = Field(
        default=True,
        description="Whether `/api/v3` and `/api/v4` answer, without a token, as Nager.Date does.",
    )
    trusted_proxies: int = Field(
        default=1,
        ge=0,
        description="How many proxies in front add forwarding headers; 0 believes none of them.",
    )
    cache_seconds: PositiveInt = Field(
        default=3600, description="How long an answer stays in the caches of the service."
    )
    memory_cache_bytes: PositiveInt = Field(
        default=16_777_216,
        description="How much of answers a worker keeps in its memory, in bytes: half of it whole,"
        " half as bodies.",
    )
    client_cache_seconds: int = Field(
        default=300, ge=0, description="`max-age` of an answer, in the client's private cache."
    )
    redis_timeout_seconds: PositiveFloat = Field(
        default=0.1, le=5, description="Longest wait for Redis, to connect or to answer."
    )
    sql_timeout_seconds: PositiveFloat = Field(
        default=0.4, le=30, description="Longest wait for an answer of the database."
    )
    state_directory: Path | None = Field(
        default=None,
        description="Directory of this replica's own, where it keeps the revoked tokens for a start"
        " while SQL is down.",
    )
    probe_seconds: PositiveFloat = Field(
        default=1.0, description="How often Redis and SQL are probed in the background."
    )
    catch_up_seconds: PositiveFloat = Field(
        default=60.0,
        description="At most so old is what a worker knows of clients and revoked tokens, should it"
        " miss the news of a change.",
    )
    max_business_days: PositiveInt = Field(
        default=10_000, description="Largest `days`, either way, that a step may take."
    )
    max_range_days: PositiveInt = Field(
        default=3_660, description="Longest range that a list or a count may span, in days."
    )
    max_batch_bytes: PositiveInt = Field(
        default=16_777_216,
        description="How much the answers of one batch may hold; further questions are refused.",
    )
    max_body_bytes: PositiveInt = Field(
        default=262_144, description="Largest request body: a batch of 1,000 questions fits."
    )
    prebuilt_years: int = Field(
        default=1,
        ge=0,
        le=20,
        description="Years after this one whose facts are built with it before workers fork.",
    )
    warm_up_seconds: float = Field(
        default=1.0,
        ge=0,
        le=30,
        description="How long a boot may take to answer the questions that most callers ask, for"
        " the workers to have; 0: it does not.",
    )
    log_level: LogLevel = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    replica: ReplicaName = Field(
        default="replica-1", description="Name of this replica, in health and logs."
    )
    server: Server = Field(
        default="gunicorn", description="What serves the replica: `gunicorn` or `granian`."
    )
    bind: str = Field(
        default="127.0.0.1:8000",
        pattern=r"^(unix:.+|.+:[0-9]{1,5})$",
        description="Address the replica listens on: `host:port`, or `unix:` and a path.",
    )
    workers: PositiveInt = Field(default=2, description="Worker processes of this replica.")
    threads: PositiveInt = Field(default=4, description="Threads of a worker.")
    expected_workers: PositiveInt = Field(
        default=6,
        description="Workers of all replicas; shares out the limits when Redis was never reached.",
    )
    worker_memory_bytes: NonNegativeInt = Field(
        default=1_073_741_824,
        description="A worker that has grown beyond it is replaced, without a failed request; 0:"
        " never.",
    )
    drain_seconds: float = Field(
        default=1.0,
        ge=0,
        le=10,  # What the supervisors wait for before they kill has room for so much.
        description="How long readiness says 503 before a stopping replica stops accepting.",
    )

    @field_validator("redis_sentinels", "redis_sentinel_service")
    @classmethod
    def _check_sentinels(cls, value: str | None, others: ValidationInfo) -> str | None:
        url = others.data.get("redis_url")
        is_service = others.field_name == "redis_sentinel_service"
        if is_service and value and others.data.get("redis_sentinels", "wrong") is None:
            raise ValueError("means nothing without FASTI_REDIS_SENTINELS")
        if not is_service and value and url and url.get_secret_value().startswith("unix://"):
            raise ValueError("cannot be with a FASTI_REDIS_URL of unix://")
        return value

    @classmethod
    def load(cls, **overrides: Any) -> "Settings":
        """Read the settings. Raises SettingsError with every problem at once, values left out."""
        try:
            return cls(_secrets_dir=os.environ.get(SECRETS_DIRECTORY), **overrides)
        except InvalidSource as error:
            raise SettingsError(f"{SECRETS_DIRECTORY}: {error}") from None
        except ValidationError as error:
            raise SettingsError(
                "\n".join(
                    f"FASTI_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}"
                    for problem in error.errors(include_url=False, include_input=False)
                )
            ) from None

    @classmethod
    def unknown_variables(cls) -> list[str]:
        """The FASTI_ variables of the environment that are no settings, such as a misspelt one."""
        known = {f"FASTI_{name.upper()}" for name in cls.model_fields} | {SECRETS_DIRECTORY}
        return sorted(
            name for name in os.environ if name.startswith("FASTI_") and name not in known
        )
