"""On which line of a TOML text a key stands: the parser of the standard library does not say."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any


class TomlLines:
    """The lines of one text.

    Keys of inline tables and elements of lists stand where the key they belong to does.
    """

    HEADER = re.compile(r"^\s*(\[[^\[\]]+\])\s*(#.*)?$")
    KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'|[ \t]*\.[ \t]*)+?)\s*=""")

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            if header := self.HEADER.match(line):
                table = _path(header[1])
                for head in _heads(table):
                    self._lines.setdefault(head, number)
            elif key := self.KEY.match(line):
                self._lines.setdefault((*table, *_path(f"{key[1]} = 0")), number)

    def of(self, location: tuple[int | str, ...]) -> int:
        """The line of the longest part of ``location`` that is there; 1 when none is."""
        path = tuple(str(part) for part in location)
        return next((self._lines[head] for head in _heads(path) if head in self._lines), 1)


def _path(toml: str) -> tuple[str, ...]:
    """The one path of keys in ``toml``; none when it is no TOML by itself."""
    try:
        table: Any = tomllib.loads(toml)
    except tomllib.TOMLDecodeError:
        return ()
    path = []
    while isinstance(table, dict) and table:
        key, table = next(iter(table.items()))
        path.append(key)
    return tuple(path)


def _heads(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (path[:length] for length in range(len(path), 0, -1))
