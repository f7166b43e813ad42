"""What every calendar says, written down: a new version of the library shows what it changes.

`make golden` writes tests/golden/calendars anew; its difference in git is what there is to review.

calendars/facts/XX.tsv: the facts of WINDOW of a country and of what is below it, of all markets in
    MARKETS.tsv. A line holds what is said of some dates: calendar, sign, kind, English name, local
    name, categories, and the dates, a substitute as 2026-07-03<2026-07-04. A subdivision has the
    facts of its country but for its own lines: "+" says them besides, "-" does not.
calendars/digests.tsv: for every calendar the years it covers, and a digest of each decade of them.
"""

import hashlib
import multiprocessing
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from app.domain.calendar import WEEKDAY_NAMES, CalendarYear
from app.facts.almanac import LIBRARY_VERSION
from app.facts.catalogue import Catalogue, CatalogueEntry
from app.facts.year_builder import HALF_DAY, build_year

DIRECTORY = Path(__file__).parent / "calendars"
FACTS = DIRECTORY / "facts"
DIGESTS = DIRECTORY / "digests.tsv"
WINDOW = range(2024, 2031)
PROCESSES = 2
DIGEST_LETTERS = 6


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One thing that a calendar says of a date; a weekend is said of a whole year.

    kind: off, half_day, worked (a weekend day), weekend. certainty is left out: it changes by
    itself at New Year.
    """

    date: str
    kind: str
    name: str
    local_name: str = ""
    categories: str = ""

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What is said, of whichever date."""
        return self.kind, self.name, self.local_name, self.categories

    def __str__(self) -> str:
        """As a person reads it."""
        details = " ".join(filter(None, (self.local_name, self.categories)))
        return f"{self.date} {self.kind} {self.name}" + (f" ({details})" if details else "")


def facts_of(entry: CatalogueEntry, years: Iterable[int]) -> frozenset[Fact]:
    """Everything that a calendar says of ``years``, as far as it covers them."""
    return frozenset(
        fact
        for year in years
        if entry.first.year <= year <= entry.last.year
        for fact in _facts_of_year(entry, year)
    )


def _facts_of_year(entry: CatalogueEntry, number: int) -> Iterator[Fact]:
    year = build_year(entry, number)
    for off in year.days_off():
        day = _date(off.date, off.substitute_for)
        yield Fact(day, "off", off.name, off.local_name, " ".join(off.categories))
    for worked in map(date.fromordinal, year.worked_ordinals):
        yield Fact(str(worked), "worked", f"{worked:%A}")
    yield Fact(str(number), "weekend", _weekend(year, number))
    if HALF_DAY in entry.categories:
        for open_day in map(date.fromordinal, year.business_ordinals):
            for reason in year.reasons(open_day):
                if reason.kind == "half_day":
                    name, local_name = reason.name, reason.local_name or ""
                    yield Fact(_date(open_day, reason.substitute_for), "half_day", name, local_name)


def _date(day: date, substitute_for: date | None) -> str:
    return f"{day}<{substitute_for}" if substitute_for else str(day)


def _weekend(year: CalendarYear, number: int) -> str:
    """ "Saturday Sunday"; a weekday that is not one all year says how often: "Friday:25"."""
    weekend = [
        date.fromordinal(ordinal).weekday()
        for ordinal in (*year.closed_ordinals, *year.worked_ordinals)
        if year.reasons(date.fromordinal(ordinal))[0].kind in ("weekend", "worked_weekend")
    ]
    return " ".join(
        name if count == _weekdays(number)[day] else f"{name}:{count}"
        for day, name in enumerate(WEEKDAY_NAMES)
        if (count := weekend.count(day))
    )


@cache
def _weekdays(number: int) -> Counter[int]:
    """How often each weekday comes in a year."""
    first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
    return Counter(date.fromordinal(ordinal).weekday() for ordinal in range(first, last + 1))


def decades(entry: CatalogueEntry) -> dict[str, range]:
    """The years that a calendar covers, by decade."""
    years = range(entry.first.year, entry.last.year + 1)
    grouped = groupby(years, lambda year: f"{year // 10}0s")
    found = {decade: list(members) for decade, members in grouped}
    return {decade: range(members[0], members[-1] + 1) for decade, members in found.items()}


def digest_of(entry: CatalogueEntry, years: Iterable[int]) -> str:
    """A few letters that differ when the facts do."""
    text = "\n".join(map(repr, sorted(facts_of(entry, years))))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LETTERS]


def coverage_of(entry: CatalogueEntry) -> str:
    """The years that a calendar covers."""
    return f"{entry.first.year}-{entry.last.year}"


def families() -> dict[str, list[CatalogueEntry]]:
    """The calendars by the file their facts are in, a country before its subdivisions."""
    grouped: dict[str, list[CatalogueEntry]] = defaultdict(list)
    for entry in Catalogue():
        grouped[entry.country or "MARKETS"].append(entry)
    return grouped


def written_facts(family: str) -> dict[str, frozenset[Fact]]:
    """What the file of a family says, by calendar; nothing when there is none."""
    path = FACTS / f"{family}.tsv"
    national: frozenset[Fact] = frozenset()
    found: dict[str, frozenset[Fact]] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for code, rows in groupby((line.split("\t") for line in lines), lambda row: row[0]):
        signed: dict[str, set[Fact]] = {"+": set(), "-": set()}
        for _, sign, kind, name, local_name, categories, dates in rows:
            for day in dates.split(" ") if dates else ():
                signed[sign].add(Fact(day, kind, name, local_name, categories))
        found[code] = (national - signed["-"]) | signed["+"]
        if code == family:
            national = found[code]
    return found


def text_of(family: str, facts: dict[str, frozenset[Fact]]) -> str:
    """The file of a family: the inverse of ``written_facts``."""
    lines = []
    for code, own in facts.items():
        national = facts.get(family, frozenset()) if code != family else frozenset()
        signed = [("-", fact) for fact in national - own] + [("+", fact) for fact in own - national]
        by_line: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for sign, fact in sorted(signed, key=lambda pair: (pair[1], pair[0])):
            by_line[sign, *fact.said].append(fact.date)
        if not by_line:  # as the country in everything
            by_line["+", "", "", "", ""] = []
        lines += ["\t".join((code, *said, " ".join(days))) for said, days in by_line.items()]
    return "".join(f"{line}\n" for line in lines)


def written_digests() -> dict[str, tuple[str, dict[str, str]]]:
    """Of every calendar that is written down: the years it covers, and its digests by decade."""
    lines = DIGESTS.read_text(encoding="utf-8").splitlines()[1:]
    found = {}
    for line in lines:
        code, coverage, digests = line.split("\t")
        pairs = (pair.split(":") for pair in digests.split(" "))
        found[code] = (coverage, {decade: digest for decade, digest in pairs})  # noqa: C416
    return found


def written_version() -> str:
    """The version of the library that was written down."""
    return DIGESTS.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# holidays ")


def differences(
    before: dict[str, frozenset[Fact]], now: dict[str, frozenset[Fact]]
) -> dict[str, list[str]]:
    """What came, went, moved or is called otherwise, each with the calendars that say so."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in sorted({*before, *now}):
        gone = before.get(code, frozenset()) - now.get(code, frozenset())
        came = now.get(code, frozenset()) - before.get(code, frozenset())
        for change in _paired(sorted(gone), sorted(came)):
            found[change].append(code)
    return dict(found)


def _paired(gone: list[Fact], came: list[Fact]) -> Iterator[str]:
    left = list(came)
    for fact in gone:
        moved = [o for o in left if o.said == fact.said and o.date[:4] == fact.date[:4]]
        renamed = [o for o in left if (o.date, o.kind) == (fact.date, fact.kind)]
        if moved:
            left.remove(moved[0])
            yield f"moved    {fact} -> {moved[0].date}"
        elif renamed:
            left.remove(renamed[0])
            yield f"renamed  {fact} -> {str(renamed[0]).removeprefix(fact.date).strip()}"
        else:
            yield f"went     {fact}"
    yield from (f"came     {fact}" for fact in left)


def _digest_line(entry: CatalogueEntry) -> str:
    digests = (f"{decade}:{digest_of(entry, years)}" for decade, years in decades(entry).items())
    return f"{entry.id}\t{coverage_of(entry)}\t{' '.join(digests)}\n"


def write() -> None:
    """Write everything down anew, and say what is different. Two minutes on two cores."""
    FACTS.mkdir(parents=True, exist_ok=True)
    known = {f"{family}.tsv" for family in families()}
    for path in FACTS.iterdir():
        if path.name not in known:
            path.unlink()
    for family, entries in families().items():
        facts = {entry.id: facts_of(entry, WINDOW) for entry in entries}
        for change, codes in differences(written_facts(family), facts).items():
            sys.stdout.write(f"{change}: {' '.join(codes)}\n")
        (FACTS / f"{family}.tsv").write_text(text_of(family, facts), encoding="utf-8")
    with multiprocessing.Pool(PROCESSES) as pool:
        lines = pool.map(_digest_line, Catalogue(), chunksize=8)
    DIGESTS.write_text(f"# holidays {LIBRARY_VERSION}\n{''.join(lines)}", encoding="utf-8")


if __name__ == "__main__":
    write()
