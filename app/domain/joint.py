"""Joint calendars: business is done where it is done in every member, as settlement wants it."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.domain.calendar import BusinessCalendar, Reason, Year
from app.domain.certainty import least_certain
from app.domain.holiday import DayOff


class JointYear:
    """One year of several calendars together."""

    __slots__ = (
        "_years",
        "business_ordinals",
        "certainty",
        "closed_ordinals",
        "estimated_ordinals",
        "worked_ordinals",
    )

    def __init__(self, years: Sequence[tuple[str, Year]]) -> None:
        self._years = years
        members = [year for _, year in years]
        common = set.intersection(*(set(year.business_ordinals) for year in members))
        closed = set.union(*(set(year.closed_ordinals) for year in members))
        worked = common.intersection(day for year in members for day in year.worked_ordinals)
        self.business_ordinals: Sequence[int] = array("i", sorted(common))
        self.closed_ordinals: Sequence[int] = array("i", sorted(closed))
        self.worked_ordinals: Sequence[int] = array("i", sorted(worked))
        estimated = {day for year in members for day in year.estimated_ordinals}
        self.estimated_ordinals: Sequence[int] = sorted(estimated)
        self.certainty = least_certain(year.certainty for year in members)

    def is_business_day(self, day: date) -> bool:
        """True when business is done on ``day`` in every member."""
        return all(year.is_business_day(day) for _, year in self._years)

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """The reasons of every member, each with the member it is of, in their order."""
        return tuple(
            replace(reason, calendar=id_)
            for id_, year in self._years
            for reason in year.reasons(day)
        )

    def days_off(self) -> Iterator[DayOff]:
        """The days off of every member, one after the other."""
        for _, year in self._years:
            yield from year.days_off()


def join(members: Sequence[BusinessCalendar]) -> BusinessCalendar:
    """Return the calendar in which a business day is one in every member.

    Its id is theirs, joined by "+"; it covers what all of them cover. A year of it is put together
    each time it is asked for: 30 microseconds for each member.
    """

    def year_of(year: int) -> Year:
        return JointYear([(member.id, member.year(year)) for member in members])

    return BusinessCalendar(
        "+".join(member.id for member in members),
        max(member.first for member in members),
        min(member.last for member in members),
        year_of,
        tuple(members),
        min(member.confirmed_to for member in members),
        tuple(member.rules for member in members),
    )
