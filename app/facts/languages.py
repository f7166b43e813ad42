"""Which languages a calendar has names in, and which of them to answer a reader in.

The library writes a language as gettext does (``pt_BR``), everybody else as BCP 47 (``pt-BR``).
Source of the lookup: RFC 4647, Matching of Language Tags, section 3.4,
https://www.rfc-editor.org/rfc/rfc4647, read 2026-11-21; it goes on to regional siblings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.facts.catalogue import CatalogueEntry

OTHER_CODES = {"in": "id", "iw": "he", "mo": "ro", "nb": "no", "nn": "no", "tl": "fil"}
"""Older and narrower codes of languages that the library has under another."""

CHINESE_SCRIPTS = {
    **dict.fromkeys(("hant", "tw", "hk", "mo"), "hant"),
    **dict.fromkeys(("hans", "cn", "sg", "my"), "hans"),
}
"""The script that a subtag of Chinese stands for."""


@dataclass(frozen=True, slots=True)
class Preference:
    """What a reader wants: language ranges of BCP 47, in lower case, the dearest first.

    refused: what the reader does not take, with all that lies below it; ``*`` for every other.
    """

    ranges: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def takes(self, tag: str) -> bool:
        """False when the language is refused, by itself or by what it lies below."""
        return not any(
            range_ == "*" or f"{tag}-".startswith(f"{range_}-") for range_ in self.refused
        )


NO_PREFERENCE = Preference()


def tag_of(language: str) -> str:
    """Return the BCP 47 tag of a language of the library: ``pt-BR`` of ``pt_BR``."""
    return language.replace("_", "-")


def languages_of(entry: CatalogueEntry) -> tuple[str, ...]:
    """Return the BCP 47 tags of the languages ``entry`` has names in, sorted; one at the least."""
    return tuple(sorted(map(tag_of, _supported(entry))))


def languages_for(entry: CatalogueEntry, preference: Preference) -> tuple[str, ...]:
    """Return the languages of the library in which to look for a name, in order.

    What is preferred comes first: for each range the language itself, its base, then its regional
    siblings; then English. The last is the calendar's own, in which every name is known: so readers
    who are answered alike have equal tuples. English and siblings are left out where refused.
    """
    return _languages_for(_supported(entry), entry.local_language, entry.english, preference)


def _supported(entry: CatalogueEntry) -> tuple[str, ...]:
    return tuple(entry.library_class.supported_languages) or (entry.english,)


@lru_cache(maxsize=8192)
def _languages_for(
    supported: tuple[str, ...], local: str, english: str, preference: Preference
) -> tuple[str, ...]:
    by_tag = {tag_of(language).lower(): language for language in supported}
    found: dict[str, None] = {}  # in order
    for range_ in preference.ranges:
        exact = [by_tag[part] for part in _truncated(range_) if part in by_tag]
        siblings = (
            language
            for language in _siblings(range_, supported, local, english)
            if preference.takes(tag_of(language).lower())
        )
        found |= dict.fromkeys((*exact, *siblings))
    if preference.takes(tag_of(english).lower()) or not preference.takes(tag_of(local).lower()):
        found[english] = None
    order = [*found, local]
    return tuple(order[: order.index(local) + 1])


def _truncated(range_: str) -> Iterator[str]:
    """The range, then what is left when its last subtags go one by one: section 3.4."""
    subtags = range_.split("-")
    subtags[0] = OTHER_CODES.get(subtags[0], subtags[0])
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()


def _siblings(range_: str, supported: tuple[str, ...], local: str, english: str) -> list[str]:
    """The languages with the same base: those in the same script first, then of the same region.

    Of the others the calendar's own comes first; for English without a region, that of ``name``.
    """
    base, *subtags = range_.split("-")
    base = OTHER_CODES.get(base, base)
    first = english if not subtags and english in supported else local

    asked_script = _chinese_script(subtags) if base == "zh" else None

    def distance(language: str) -> tuple[bool, bool, bool, str]:
        region = language.lower().split("_")[1:]
        is_other_script = asked_script is not None and asked_script != _chinese_script(region)
        return is_other_script, not set(region) & set(subtags), language != first, language

    same = [language for language in supported if language.lower().split("_")[0] == base]
    return sorted(same, key=distance)


def _chinese_script(subtags: list[str]) -> str | None:
    """The script that these subtags stand for; None where they say nothing of it."""
    scripts = (CHINESE_SCRIPTS.get(subtag) for subtag in subtags)
    return next((script for script in scripts if script), None)
