"""Days that a service without facts, or with the wrong ones, gets wrong.

Sources: https://www.gov.uk/bank-holidays (GB-ENG), the Cabinet Office's list of 国民の祝日 (JP),
the laws of Sweden (1989:253), Germany (Einigungsvertrag, Art. 2), Austria (Feiertagsruhegesetz) and
the United States (5 U.S.C. 6103); read in November 2026.
"""

from datetime import date

# Calendar, day, whether it is a business day, and what its reason says.
DAYS = (
    ("SE", date(2026, 6, 19), False, "Midsummer Eve"),
    ("US", date(2026, 7, 3), False, "Independence Day"),  # observed: the 4th is a Saturday
    ("DE-BY", date(2027, 5, 27), False, "Corpus Christi"),
    ("DE-BE", date(2027, 5, 27), True, ""),
    ("GB-ENG", date(2026, 12, 28), False, "Boxing Day"),  # in place of Saturday the 26th
    ("JP", date(2026, 5, 6), False, ""),  # in place of Constitution Day, a Sunday
)
# Calendar, start, business days, and where they lead.
STEPS = (
    ("SE", date(2026, 6, 18), 1, date(2026, 6, 22)),
    ("US", date(2026, 7, 2), 1, date(2026, 7, 6)),
    ("GB-ENG", date(2026, 12, 24), 1, date(2026, 12, 29)),
    ("DE", date(2026, 12, 23), 2, date(2026, 12, 28)),
)
# Country, year, and a day off with its name, in the shape of Nager.Date.
NAGER = (
    ("AT", 2026, "2026-10-26", "Nationalfeiertag"),
    ("DE", 2026, "2026-10-03", "Tag der Deutschen Einheit"),
    ("US", 2026, "2026-07-03", "Independence Day"),
)
# Calendar, and what is in its feed.
FEEDS = (
    ("SE", b"Midsummer Eve"),
    ("US", b"Independence Day"),
    ("DE", b"Tag der Deutschen Einheit"),
)
