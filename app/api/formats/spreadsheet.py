"""Tables as CSV that a spreadsheet opens right and never executes."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula.

Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection, read
2026-11-21.
"""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the table with its header: RFC 4180, in UTF-8.

    The byte order mark in front tells a spreadsheet that it is UTF-8.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, dialect="excel")
    writer.writerow(columns)
    writer.writerows(map(_as_text, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def attachment(*parts: str) -> str:
    """Return the Content-Disposition that saves a table under the name made of ``parts``.

    What could end the header field, or mean something in a path, becomes an underscore.
    """
    name = re.sub(r"[^A-Za-z0-9+.-]+", "_", "-".join(parts)).lstrip(".")
    return f'attachment; filename="{name}.csv"'


def _as_text(cell: str) -> str:
    """The apostrophe is a spreadsheet's own way to say that what follows is text."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
