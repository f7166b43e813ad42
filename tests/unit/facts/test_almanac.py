"""The facts as the almanac hands them out."""

import threading
from datetime import date

import pytest

from app.domain.calendar import BusinessCalendar
from app.domain.errors import DateOutOfCoverage
from app.facts.almanac import Almanac
from app.facts.year_builder import Rules

ALMANAC = Almanac()


def calendar(code: str, almanac: Almanac = ALMANAC) -> BusinessCalendar:
    entry = almanac.catalogue.find(code)
    assert entry is not None
    return almanac.calendar(entry)


def names(code: str, year: int) -> dict[date, str]:
    found = ALMANAC.holidays(calendar(code), date(year, 1, 1), date(year, 12, 31))
    return {holiday.date: holiday.name for holiday in found}


def test_corpus_christi_is_a_holiday_in_bavaria_and_none_in_berlin() -> None:
    assert names("DE-BY", 2027)[date(2027, 5, 27)] == "Corpus Christi"
    assert date(2027, 5, 27) not in names("DE-BE", 2027)


def test_midsummer_eve_closes_sweden_although_it_is_no_public_holiday() -> None:
    (reason,) = calendar("SE").reasons(date(2026, 6, 19))
    assert (reason.kind, reason.name) == ("holiday", "Midsummer Eve")
    assert reason.local_name == "Midsommarafton"
    assert reason.categories == ("de_facto",)


def test_a_holiday_on_a_weekend_has_both_reasons() -> None:
    kinds = [reason.kind for reason in calendar("SE").reasons(date(2026, 6, 20))]
    assert kinds == ["weekend", "holiday"]


def test_the_weekend_of_the_emirates_moved_in_2022() -> None:
    assert calendar("AE").is_business_day(date(2021, 6, 6))  # a Sunday
    assert not calendar("AE").is_business_day(date(2022, 6, 5))  # a Sunday
    assert calendar("AE").is_business_day(date(2022, 6, 10))  # a Friday


def test_a_weekend_worked_for_a_bridge_day_of_the_next_year_counts() -> None:
    (reason,) = calendar("CN").reasons(date(2011, 12, 31))
    assert reason.kind == "worked_weekend"
    assert calendar("CN").is_business_day(date(2011, 12, 31))


def test_a_holiday_observed_in_the_old_year_is_listed_in_both() -> None:
    for year in (2004, 2005):
        found = ALMANAC.holidays(calendar("US"), date(year, 1, 1), date(year, 12, 31))
        observed = {holiday.date: holiday.observed_date for holiday in found}
        assert observed[date(2005, 1, 1)] == date(2004, 12, 31)


def test_a_year_without_facts_is_refused_and_never_empty() -> None:
    for code, year in (("ES", 2007), ("LK", 2027), ("SE", 2101), ("SE", 1952), ("IN-MH", 2036)):
        with pytest.raises(DateOutOfCoverage, match=f"{code} has no facts for {year}"):
            calendar(code).year(year)


def test_the_first_and_the_last_year_of_every_country_can_be_built() -> None:
    # A warning of the library, that facts are missing, fails this: warnings are errors in tests.
    for entry in ALMANAC.catalogue:
        if entry.kind == "country":
            for year in (entry.first.year, entry.last.year):
                assert len(ALMANAC.calendar(entry).year(year).business_ordinals) > 150


def test_certainty_follows_the_year_and_the_moon() -> None:
    def certainties(code: str, year: int) -> set[str]:
        last = date(year, 12, 31)
        found = ALMANAC.holidays(calendar(code), date(year, 1, 1), last)
        return {holiday.certainty for holiday in found if holiday.date.year == year}

    assert certainties("SE", 2026) == {"confirmed"}
    assert certainties("SE", 2030) == {"computed"}
    assert certainties("TR", 2040) == {"computed", "estimated"}


def test_what_is_built_at_boot_is_what_is_built_on_demand() -> None:
    built = Almanac()
    assert built.build([2026]) == 879 + 31
    for code in ("SE", "CN", "US", "DE-BY", "JP"):
        on_demand, at_boot = calendar(code).year(2026), calendar(code, built).year(2026)
        assert at_boot.business_ordinals == on_demand.business_ordinals
        assert list(at_boot.days_off()) == list(on_demand.days_off())


def test_years_kept_are_bounded() -> None:
    small = Almanac(max_years=3)
    for year in range(2000, 2010):
        calendar("SE", small).year(year)
    assert len(small._recent) == 3


def test_threads_that_share_a_growing_almanac_get_no_wrong_answer() -> None:
    """The library's own objects give 24 wrong answers in this test: they grow as they are read."""
    years = range(1960, 2020)
    expected = {y: calendar("SE").is_business_day(date(y, 6, 6)) for y in years}
    wrong: list[int] = []

    def ask(almanac: Almanac) -> None:
        shared = calendar("SE", almanac)
        wrong.extend(y for y in years if shared.is_business_day(date(y, 6, 6)) != expected[y])

    for _ in range(5):
        almanac = Almanac(max_years=40)  # fewer than are asked for: years come and go
        threads = [threading.Thread(target=ask, args=(almanac,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_other_categories_close_other_days() -> None:
    entry = ALMANAC.catalogue.find("SE")
    assert entry is not None
    public = ALMANAC.calendar(entry, Rules(categories=("public",)))
    assert public.is_business_day(date(2026, 6, 19))  # Midsummer Eve is de facto alone
    assert not public.is_business_day(date(2026, 1, 6))


def test_another_weekend_takes_the_place_of_the_calendars_own() -> None:
    entry = ALMANAC.catalogue.find("SE")
    assert entry is not None
    friday_alone = ALMANAC.calendar(entry, Rules(weekend=frozenset({4})))
    assert not friday_alone.is_business_day(date(2026, 6, 12))
    assert friday_alone.is_business_day(date(2026, 6, 13))


def test_a_market_closes_early_and_does_business_all_the_same() -> None:
    (reason,) = calendar("XNYS").reasons(date(2026, 11, 27))
    assert reason.kind == "half_day"
    assert calendar("XNYS").is_business_day(date(2026, 11, 27))


def test_no_day_off_is_left_out_of_a_list_of_any_calendar() -> None:
    for entry in ALMANAC.catalogue:
        if entry.kind == "subdivision":
            continue
        of_entry = ALMANAC.calendar(entry)
        first, last = max(entry.first, date(2024, 1, 1)), min(entry.last, date(2028, 12, 31))
        years = range(first.year, last.year + 1)
        days_off = {day.date for year in years for day in of_entry.year(year).days_off()}
        observed = ALMANAC.holidays(of_entry, first, last, "observed")
        assert {row.date for row in observed} == days_off, entry.id
        both = ALMANAC.holidays(of_entry, first, last)
        assert {day for row in both for day in (row.date, row.observed_date)} >= days_off, entry.id
        actual = [row.date for row in ALMANAC.holidays(of_entry, first, last, "actual")]
        assert actual == [row.date for row in both if first <= row.date <= last], entry.id


@pytest.mark.parametrize("code", ["US-GA", "US-IN"])
def test_a_holiday_kept_beside_another_is_not_its_substitute(code: str) -> None:
    for year in range(2018, 2032):
        found = ALMANAC.holidays(calendar(code), date(year, 12, 1), date(year, 12, 31))
        for holiday in found:
            if holiday.name == "Christmas Day":
                expected = {5: -1, 6: +1}.get(holiday.date.weekday(), 0)
                assert (holiday.observed_date - holiday.date).days == expected
            if holiday.name == "Washington's Birthday":
                assert holiday.date == holiday.observed_date
