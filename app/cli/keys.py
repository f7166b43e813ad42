"""flask keys …: the keys that tokens are signed with."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from app.auth import auth
from app.auth.keys import create_key

keys = AppGroup("keys", help="The keys that tokens are signed with.")


@keys.command("create")
@click.option("--if-missing", is_flag=True, help="Do nothing when there is a key already.")
def create_signing_key(if_missing: bool) -> None:
    """Write a new signing key and print its id."""
    directory = auth().keys.directory
    existing = sorted(path.stem for path in directory.glob("*.pem"))
    click.echo(existing[-1] if existing and if_missing else create_key(directory))


@keys.command("rotate")
def rotate() -> None:
    """Write a new key, which signs after FASTI_KEY_PUBLISHED_SECONDS, and print its id.

    The others verify until their last token has expired; those that have are removed.
    """
    ring = auth().keys
    ring.prune()
    click.echo(create_key(ring.directory))


@keys.command("prune")
def prune() -> None:
    """Remove the keys whose last token has expired, and print their ids."""
    for key_id in auth().keys.prune():
        click.echo(key_id)


@keys.command("list")
def list_keys() -> None:
    """Print the keys that verify, oldest first, and which of them signs."""
    ring = auth().keys
    for key in ring.verifying:
        at = datetime.fromtimestamp(ring.signs_from(key), UTC)
        is_new = at > datetime.now(UTC)
        state = f"signs from {at:%Y-%m-%dT%H:%M:%SZ}" if is_new else "verifies"
        click.echo(f"{key.id} {'signs' if key is ring.signing_key else state}")
