"""The language of names: ``lang=``, else Accept-Language, and what the answer was really in.

Source: RFC 9110 (HTTP Semantics), sections 8.5 and 12.5.4, https://www.rfc-editor.org/rfc/rfc9110;
RFC 5646 (Tags for Identifying Languages), section 2.1, https://www.rfc-editor.org/rfc/rfc5646; both
read 2026-11-21.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial, wraps
from typing import Annotated, Protocol

from flask import Response, request
from pydantic import BeforeValidator, Field, WithJsonSchema
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.api.parameters import Query
from app.api.v1.lookup import almanac, entries_of, entry_of
from app.cache.answers import View, respond
from app.facts.catalogue import CatalogueEntry
from app.facts.display_names import DisplayName
from app.facts.languages import NO_PREFERENCE, Preference, languages_for, tag_of

LANGUAGE_TAG = re.compile(
    r"""(?: (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})  # language
            (?:-[a-z]{4})?                               # script
            (?:-(?:[a-z]{2}|[0-9]{3}))?                  # region
            (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*     # variants
            (?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*         # extensions
            (?:-x(?:-[a-z0-9]{1,8})+)?
          | x(?:-[a-z0-9]{1,8})+ )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
LANGUAGE_RANGE = re.compile(r"\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)
MAX_RANGES, MAX_LENGTH = 20, 100  # More than anybody reads; each costs a look at every calendar.


Keep = Callable[..., bytes]
"""``kept`` or ``kept_for_all``."""


def parse_language(text: object) -> str:
    """Return a language tag of BCP 47, in lower case. Raises ValueError when it is not one."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH or not LANGUAGE_TAG.fullmatch(text):
        raise ValueError("must be a language tag of BCP 47 such as de or pt-BR")
    return text.lower()


Language = Annotated[str, BeforeValidator(parse_language), WithJsonSchema({"type": "string"})]


class LanguageQuery(Query):
    """The language that every question answered with names takes."""

    lang: Language | None = Field(
        None,
        description="Language of `display_name`, as BCP 47; goes before `Accept-Language`. "
        "A name that is not known in it is in another, which `display_language` says.",
        examples=["de"],
    )


class NamedRow(Protocol):
    """What there is to show: a holiday, a day off, or a reason, which may be a weekend."""

    @property
    def name(self) -> str: ...

    @property
    def local_name(self) -> str | None: ...

    @property
    def categories(self) -> tuple[str, ...]: ...


class Display:
    """Shows the names of one answer in the languages of its reader, and tells which it used."""

    def __init__(self) -> None:
        self._is_asked = "lang" in request.args
        self._preference = _preference(request.args["lang"]) if self._is_asked else _accepted()
        self._calendars: dict[str, tuple[CatalogueEntry, tuple[str, ...]]] = {}
        self._used: set[str] = set()

    def name_of(self, calendar_id: str, row: NamedRow, *years: int) -> DisplayName:
        """Return the name to show for ``row``, listed in one of ``years`` of a single calendar.

        Weekdays have no name but the English one.
        """
        if calendar_id not in self._calendars:
            entry = entry_of(calendar_id)
            self._calendars[calendar_id] = entry, languages_for(entry, self._preference)
        entry, languages = self._calendars[calendar_id]
        if row.local_name is None:
            shown = DisplayName(row.name, tag_of(entry.english))
        else:
            names = almanac().display_names
            shown = names.of(entry, languages, row.local_name, row.categories, years)
        self._used.add(shown.language)
        return shown

    def keep(
        self,
        keep: Keep,
        entries: Iterable[CatalogueEntry],
        make: Callable[[], bytes],
        *decided: object,
    ) -> bytes:
        """Return the answer as ``keep`` does, to all readers who get the same languages.

        entries: the calendars that are named. The languages used are kept in a line in front.
        """

        def made() -> bytes:
            body = make()
            return self._content_language.encode() + b"\n" + body

        languages, _, body = keep(made, *decided, *self._decided(entries)).partition(b"\n")
        self._used = set(languages.decode().split(", ")) if languages else set()
        return body

    def label(self, response: Response) -> Response:
        """Say in the header which languages the answer is in, and what chose them."""
        if self._used:
            response.headers["Content-Language"] = self._content_language
        if not self._is_asked:
            response.vary.add("Accept-Language")
        return response

    @property
    def _content_language(self) -> str:
        return ", ".join(sorted(self._used))

    def _decided(self, entries: Iterable[CatalogueEntry]) -> tuple[tuple[str, ...], ...]:
        """In which languages names are looked for; empty when as without a preference."""
        if self._preference == NO_PREFERENCE:
            return ()
        entries = list(entries)
        chosen = tuple(languages_for(entry, self._preference) for entry in entries)
        unasked = tuple(languages_for(entry, NO_PREFERENCE) for entry in entries)
        return () if chosen == unasked else chosen


def cached_in_languages(keep: Keep) -> Callable[[View], Callable[..., Response]]:
    """Turn a view that takes a Display first into one whose answers ``keep`` keeps by language."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def answer(**path_parameters: str) -> Response:
            display = Display()
            entries = _named_entries(path_parameters.get("calendar_id"))
            body = display.keep(keep, entries, partial(view, display, **path_parameters))
            return display.label(respond(body))

        return answer

    return decorate


def _named_entries(calendar_id: str | None) -> Iterable[CatalogueEntry]:
    """The calendars that a path names; all when it names none. Raises as ``entries_of`` does."""
    return almanac().catalogue if calendar_id is None else entries_of(calendar_id)


def _preference(lang: str) -> Preference:
    """What ``lang`` asks for. A malformed one is refused where the view reads its query."""
    try:
        return Preference((parse_language(lang),))
    except ValueError:
        return NO_PREFERENCE


def _accepted() -> Preference:
    """What the reader wants who did not ask for a language."""
    header = request.environ.get("HTTP_ACCEPT_LANGUAGE")
    return _preference_among(header) if header else NO_PREFERENCE


@lru_cache(maxsize=256)  # Most readers have one of a few; the longest takes 8 kB.
def _preference_among(header: str) -> Preference:
    accepted = [
        (range_.lower(), quality)
        for range_, quality in parse_accept_header(header, LanguageAccept)[:MAX_RANGES]
        if len(range_) <= MAX_LENGTH and LANGUAGE_RANGE.fullmatch(range_)
    ]
    return Preference(
        # "*" says nothing of which: section 3.4 of RFC 4647.
        tuple(range_ for range_, quality in accepted if quality > 0 and range_ != "*"),
        tuple(range_ for range_, quality in accepted if quality <= 0),
    )
