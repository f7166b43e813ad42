"""The `setup` container: makes the secrets of a new deployment, once, in the volume they stay in.

What exists is never changed: the databases hold the passwords they were started with.
"""

import os
import secrets
import sys
from pathlib import Path

# Redis and PostgreSQL run as users of their own and read theirs as members of the image's group.
SHARED, PRIVATE = 0o640, 0o600
KEYS_COMMAND = ["flask", "--app", "app.factory", "keys", "create", "--if-missing"]


def write_secrets(directory: Path) -> list[str]:
    """Complete the secrets in ``directory``; return the names of the files that were missing.

    redis_password, redis_password.conf, postgres_password: for the servers and their health checks.
    fasti_redis_url, fasti_sql_url: settings of the service, one a file; of
    fasti_redis_sentinel_password and redis_replication.conf the profile "ha" makes use.
    """
    # 256 bits each, in digits that mean nothing to a URL, a shell or redis.conf.
    redis_password = _existing_or_new(directory / "redis_password")
    postgres_password = _existing_or_new(directory / "postgres_password")
    sentinel_password = _existing_or_new(directory / "fasti_redis_sentinel_password")
    files = {
        "redis_password": (redis_password, SHARED),
        "redis_password.conf": (f"requirepass {redis_password}\n", SHARED),
        "redis_replication.conf": (f"masterauth {redis_password}\n", SHARED),
        "fasti_redis_sentinel_password": (sentinel_password, SHARED),
        "postgres_password": (postgres_password, SHARED),
        "fasti_redis_url": (f"redis://:{redis_password}@redis:6379/0", PRIVATE),
        "fasti_sql_url": (
            f"postgresql+psycopg://fasti:{postgres_password}@postgres:5432/fasti",
            PRIVATE,
        ),
    }
    missing = [name for name in files if not (directory / name).exists()]
    for name in missing:
        _write(directory / name, *files[name])
    return missing


def _existing_or_new(path: Path) -> str:
    """Return the password in ``path``, or a new one when there is no such file yet."""
    return path.read_text(encoding="ascii") if path.exists() else secrets.token_hex(32)


def _write(path: Path, content: str, mode: int) -> None:
    """Write ``path`` whole or not at all: a run that is cut off leaves no half of a secret."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(descriptor, mode)  # whatever the umask is
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


def main() -> None:
    """Write what is missing, then become the command that makes the signing key."""
    directory = Path(os.environ["FASTI_SECRETS_DIRECTORY"])
    written = write_secrets(directory)
    Path(os.environ["FASTI_SIGNING_KEYS_DIRECTORY"]).mkdir(mode=0o700, exist_ok=True)
    sys.stdout.write(f"secrets written: {', '.join(written) or 'none, all are there'}\n")
    sys.stdout.flush()
    os.execvp(KEYS_COMMAND[0], KEYS_COMMAND)  # noqa: S606 - a fixed command, and no shell


if __name__ == "__main__":
    main()
