"""Whether the library has a name in a language: asked of its catalogues, where it would not say.

Where a gettext catalogue lacks a text the library answers the text in the calendar's own language,
and nothing tells the two apart. Here the catalogues of a calendar end in one that knows nothing and
says so.

Most names are a text of a catalogue. Those that are put together ("Christmas Eve (from 7pm)") are
traced: while a year is filled in, every text remembers what it was in the source, and which of its
parts were found in the language. They pair up by what they were in the source.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from gettext import NullTranslations
from typing import Any

from app.facts.catalogue import CatalogueEntry
from app.facts.recorder import Listener, clean

MISSING = "\x1d"  # which no name contains
NOT_TRANSLATED = (MISSING, "")  # A catalogue may have a text and leave its translation empty.
MARKS = (Listener.observed_label, Listener.estimated_label)  # of no language


class _KnowsNothing(NullTranslations):
    """The end of a chain of catalogues."""

    def gettext(self, message: str) -> str:
        """Say that no catalogue has it."""
        return MISSING


class _Text(str):
    """A text that knows what it was in the source, and whether all of it is in the language.

    known: the texts of its year, by what they say: the library takes some of them apart.
    """

    __slots__ = ("is_translated", "known", "source")
    source: str
    is_translated: bool
    known: dict[str, "_Text"]

    @classmethod
    def of(cls, text: str, source: str, is_translated: bool, known: dict[str, "_Text"]) -> "_Text":
        """Make one, and let it be known."""
        made = cls(text)
        made.source, made.is_translated, made.known = source, is_translated, known
        known[text] = made
        return made

    def __mod__(self, part: Any) -> "_Text":
        """Put ``part`` in: a name, or a date, which is written for the language it is in."""
        inner = self.known.get(part)
        is_translated = self.is_translated and (inner is None or inner.is_translated)
        source = self.source if inner is None else self.source % inner.source
        return _Text.of(str.__mod__(self, part), source, is_translated, self.known)


class _Tracer(Listener):
    """A listener whose every text knows where it is from."""

    library_class: Any

    def _init_translation(self) -> None:
        super()._init_translation()
        language: str = self.language  # type: ignore[attr-defined]
        self._is_source = language == self.library_class.default_language
        self._catalogue = catalogue(self.library_class, language)
        self._known: dict[str, _Text] = {}
        self.tr = self._trace

    def _trace(self, message: str) -> str:
        found = self._catalogue.gettext(message)
        if found not in NOT_TRANSLATED:
            return _Text.of(found, message, True, self._known)
        return self._text_of(message)

    def _text_of(self, message: str) -> _Text:
        """What no catalogue has: a text found before, one put together, or one not translated."""
        if isinstance(message, _Text):
            return message
        if message in self._known:
            return self._known[message]
        return _Text.of(message, message, self._is_source or message in MARKS, self._known)

    def texts(self) -> Iterator[tuple[date, _Text]]:
        """Each text that was set and not taken back, with its date."""
        for day, text, _ in self._set:
            if day in self:  # type: ignore[operator]
                yield day, self._text_of(text)


@cache
def _tracing(library_class: Any) -> Any:
    name = f"Tracing{library_class.__name__}"
    return type(name, (_Tracer, library_class), {"library_class": library_class})


@cache
def catalogue(library_class: Any, language: str) -> NullTranslations:
    """Return the catalogues of a library class in a language it supports, and nothing after them.

    Its ``gettext`` answers one of NOT_TRANSLATED where the library would answer its own language.
    """
    # Each object of the library has a chain of its own, so that no other is changed here.
    chain: NullTranslations = library_class(language=language).tr.__self__
    chain.add_fallback(_KnowsNothing())
    return chain


def translated_texts(
    entry: CatalogueEntry, year: int, category: str, language: str
) -> dict[str, str]:
    """Return the names of a year in a language by local name; those wholly in it alone.

    language: one that ``entry`` supports. Takes about half a millisecond.
    """

    def texts(language: str) -> Iterator[tuple[date, _Text]]:
        tracer = _tracing(entry.library_class)(
            years=year,
            expand=False,
            subdiv=entry.subdivision,
            language=language,
            categories=category,
        )
        texts: Iterator[tuple[date, _Text]] = tracer.texts()
        return texts

    local = {(day, text.source): clean(text) for day, text in texts(entry.local_language)}
    return {
        local[day, text.source]: clean(text)
        for day, text in texts(language)
        if text.is_translated and (day, text.source) in local
    }
