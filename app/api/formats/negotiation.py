"""Which format an answer goes out in, where the header Accept decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_options_header

from app.errors.problems import NotAcceptable


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer.

    suffix: ends the path that asks for it; media_type: asks for it in Accept; content_type: what
    the answer says it is.
    """

    suffix: str
    media_type: str
    content_type: str


JSON = Format("json", "application/json", "application/json")
CSV = Format("csv", "text/csv", "text/csv; charset=utf-8")
ICALENDAR = Format("ics", "text/calendar", "text/calendar; charset=utf-8")


def accepted_format(accept: MIMEAccept, offered: Sequence[Format]) -> Format:
    """Return the format that ``accept`` likes best, of equals the one ``offered`` first.

    That is the first of all when the header is missing or empty. A range with parameters counts as
    the same without. Raises NotAcceptable when ``accept`` admits none.
    """
    if not accept:
        return offered[0]
    best = max(offered, key=lambda format_: _quality(accept, format_.media_type))
    if not _quality(accept, best.media_type):
        offers = ", ".join(format_.media_type for format_ in offered)
        raise NotAcceptable(f"Accept must admit one of {offers}.")
    return best


def _quality(accept: MIMEAccept, media_type: str) -> float:
    """How much a media type is liked, 0 for not at all: the most specific range decides.

    Werkzeug's own choice lets ``*/*`` admit what another range refuses with q=0.
    Source: RFC 9110, section 12.5.1, https://www.rfc-editor.org/rfc/rfc9110, read 2026-11-21.
    """
    specificity = {"*/*": 0, f"{media_type.partition('/')[0]}/*": 1, media_type: 2}
    matching = [
        (specificity[range_], quality)
        for value, quality in accept
        if (range_ := parse_options_header(value)[0].lower()) in specificity
    ]
    return max(matching, default=(0, 0.0))[1]
