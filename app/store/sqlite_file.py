"""A database that is one file, which may be moved away or replaced under those who have it open.

They would go on reading and writing what has no name any more: what is stored there is lost, and
nobody is told.
"""

import os
from collections.abc import Callable
from pathlib import Path


class DatabaseGone(Exception):
    """There is no file of that name."""


class SqliteFile:
    """The file of ``path`` as it was when it was first looked at.

    on_replaced: called when another is in its place, to let go of what was connected to it.
    """

    def __init__(self, path: Path, on_replaced: Callable[[], None]) -> None:
        self._path = path
        self._on_replaced = on_replaced
        self._seen: tuple[int, int] | None = None

    def check(self) -> None:
        """See that it is there, and the same. Raises DatabaseGone. Costs a system call."""
        try:
            found = os.stat(self._path)
        except OSError as error:
            raise DatabaseGone(str(self._path)) from error
        before, self._seen = self._seen, (found.st_dev, found.st_ino)
        if before not in (None, self._seen):
            self._on_replaced()
