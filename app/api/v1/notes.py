"""What has to be said beside an answer, so that an empty list is not misunderstood."""

import datetime

from app.api.bodies import Answer, description
from app.api.v1.lookup import entry_of
from app.domain.calendar import BusinessCalendar
from app.facts.notes import notes_on


class NoteBody(Answer):
    """Something to know about a calendar."""

    calendar: str = description("Of whom it is said, in a joint calendar.", "UA")
    code: str = description(
        "`martial_law`, `no_population` or `awaiting_decree`; others may come.", "martial_law"
    )
    text: str = description("In English.", "Holidays are not days off while martial law lasts.")


def notes_of(calendar: BusinessCalendar, *dates: datetime.date) -> list[NoteBody]:
    """Return the notes for an answer that rests on no date after ``dates``."""
    return [
        NoteBody(calendar=member.id, code=note.code, text=note.text)
        for member in calendar.members or (calendar,)
        for note in notes_on(entry_of(member.id), max(dates))
    ]
