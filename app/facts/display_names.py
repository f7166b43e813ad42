"""Names of holidays in the languages readers ask for, with the language each really is in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product

from app.facts.catalogue import CatalogueEntry
from app.facts.languages import tag_of
from app.facts.recently_used import RecentlyUsed
from app.facts.translations import NOT_TRANSLATED, catalogue, translated_texts


@dataclass(frozen=True, slots=True)
class DisplayName:
    """A name as a reader is shown it. language: the one it is in, as a BCP 47 tag."""

    text: str
    language: str


class DisplayNames:
    """Translates names of holidays. Safe to share between threads.

    max_lists: how many lists of names it keeps (one calendar, year, category and language each);
        the least recently used go first. One takes about 3 kB, and only names that are put together
        of others need one.
    """

    def __init__(self, max_lists: int = 1024) -> None:
        self._recent: RecentlyUsed[tuple[str, int, str, str], Mapping[str, str]]
        self._recent = RecentlyUsed(max_lists)

    def of(
        self,
        entry: CatalogueEntry,
        languages: Iterable[str],
        local_name: str,
        categories: Iterable[str],
        years: Iterable[int],
    ) -> DisplayName:
        """Return a name in the first of ``languages`` that it is translated into.

        languages: of the library, as ``languages_for`` orders them.
        categories, years: where the library lists it.
        """
        for language in languages:
            if language == entry.local_language:
                break
            text = catalogue(entry.library_class, language).gettext(local_name)
            if text not in NOT_TRANSLATED:
                return DisplayName(text, tag_of(language))
            for year, category in product(years, categories):
                list_ = year, category, language
                make = partial(translated_texts, entry, *list_)
                texts = self._recent.get((entry.id, *list_), make)
                if local_name in texts:
                    return DisplayName(texts[local_name], tag_of(language))
        return DisplayName(local_name, tag_of(entry.local_language))
