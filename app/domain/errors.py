"""What the domain refuses, and why.

DomainError
├── DateOutOfCoverage   the calendar holds no facts for a date the question needs
└── QuestionTooLarge    the question exceeds a cap
"""

from datetime import date


class DomainError(Exception):
    """A question that was understood and is refused."""


class DateOutOfCoverage(DomainError):
    """The calendar holds no facts for a date: Fasti refuses rather than guesses."""

    def __init__(self, calendar: str, year: int, first: date, last: date) -> None:
        super().__init__(
            f"Calendar {calendar} has no facts for {year}; it covers {first} to {last}, included."
        )


class QuestionTooLarge(DomainError):
    """The question exceeds a cap, which the message names."""
