"""The same holidays read in two languages, put side by side."""

from app.facts.catalogue import CatalogueEntry
from app.facts.recorder import Entry
from app.facts.translations import catalogue


def local_names(entry: CatalogueEntry, english: list[Entry], local: list[Entry]) -> list[str]:
    """Return the name in the language of the calendar of each of ``english``.

    Both lists are in the order of setting, which is the same in every language; but where a date
    has several holidays the library takes them, and gives out their substitutes, in the order of
    the alphabet. There the catalogue says which name is whose.
    """
    names = [other.name for _, other in zip(english, local, strict=True)]
    if len({one.date for one in english}) == len(english):
        return names
    to_english = catalogue(entry.library_class, entry.english).gettext
    by_english = {to_english(name): name for name in names}
    return [
        name if to_english(name) == one.name else by_english.get(one.name, name)
        for one, name in zip(english, names, strict=True)
    ]
