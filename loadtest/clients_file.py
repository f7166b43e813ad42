"""The file of the clients to act as: secrets, so it is readable by its owner alone."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def write_clients(path: Path, entries: Sequence[dict[str, Any]]) -> Path:
    """Write ``entries`` to ``path`` with mode 0600, and return it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(list(entries), file)
    return path
