"""From days off to holidays: one row a holiday, its substitute with it."""

from datetime import date

from app.domain.holiday import DayOff, holidays_between, holidays_of

SATURDAY, FRIDAY = date(2026, 7, 4), date(2026, 7, 3)


def day_off(day: date, name: str = "Feast", substitute_for: date | None = None) -> DayOff:
    return DayOff(day, name, name, ("public",), "confirmed", substitute_for)


def rows(*days: DayOff) -> list[tuple[date, date, str]]:
    return sorted((h.date, h.observed_date, h.name) for h in holidays_of(days))


def test_a_holiday_is_observed_on_its_own_day() -> None:
    assert rows(day_off(SATURDAY)) == [(SATURDAY, SATURDAY, "Feast")]


def test_a_holiday_and_its_substitute_are_one_row() -> None:
    found = rows(day_off(SATURDAY), day_off(FRIDAY, substitute_for=SATURDAY))
    assert found == [(SATURDAY, FRIDAY, "Feast")]


def test_a_moved_holiday_keeps_its_real_date() -> None:
    assert rows(day_off(FRIDAY, substitute_for=SATURDAY)) == [(SATURDAY, FRIDAY, "Feast")]


def test_a_substitute_with_a_name_of_its_own_goes_with_the_only_holiday_of_that_day() -> None:
    substitute = day_off(FRIDAY, "Substitute Holiday", substitute_for=SATURDAY)
    assert rows(day_off(SATURDAY), substitute) == [(SATURDAY, FRIDAY, "Feast")]


def test_two_holidays_on_one_day_keep_their_own_substitutes() -> None:
    thursday = date(2026, 7, 2)
    found = rows(
        day_off(SATURDAY, "A"),
        day_off(SATURDAY, "B"),
        day_off(FRIDAY, "A", SATURDAY),
        day_off(thursday, "B", SATURDAY),
    )
    assert found == [(SATURDAY, thursday, "B"), (SATURDAY, FRIDAY, "A")]


def test_a_second_substitute_of_a_holiday_is_a_row_as_well() -> None:
    thursday = date(2026, 7, 2)
    found = rows(
        day_off(SATURDAY), day_off(FRIDAY, "Feast", SATURDAY), day_off(thursday, "Feast", SATURDAY)
    )
    assert found == [(SATURDAY, thursday, "Feast"), (SATURDAY, FRIDAY, "Feast")]


def test_by_law_a_holiday_with_two_substitutes_falls_once() -> None:
    thursday = date(2026, 7, 2)
    days = [
        day_off(SATURDAY),
        day_off(FRIDAY, "Feast", SATURDAY),
        day_off(thursday, "Feast", SATURDAY),
    ]
    (row,) = holidays_between(days, SATURDAY, SATURDAY, "actual")
    assert (row.date, row.observed_date) == (SATURDAY, FRIDAY)


def test_a_day_off_that_is_its_own_row_still_knows_the_day_it_stands_for() -> None:
    days = [day_off(SATURDAY), day_off(FRIDAY, "Feast", SATURDAY)]
    found = holidays_between(days, FRIDAY, SATURDAY, "observed")
    assert [
        (row.date, row.observed_date, row.substitute_for, row.is_substitute) for row in found
    ] == [
        (FRIDAY, FRIDAY, SATURDAY, True),
        (SATURDAY, SATURDAY, None, False),
    ]
