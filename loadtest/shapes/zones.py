"""Where the new year begins, one offset from UTC after another, and how many wait for it there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Zone:
    """An offset from UTC on the first of January.

    weight: how many payroll systems fetch the year at its midnight, in no unit. A guess by the
        number of people at work there; only the ratios count.
    """

    utc_offset_hours: float
    weight: float
    calendars: tuple[str, ...]


# Offsets with summer time where it is summer. Source: IANA time zone database (tzdata 2026), for
# the 1st of January 2027. At -12 nobody lives.
ZONES = (
    Zone(14, 1, ("KI",)),
    Zone(13, 4, ("NZ", "WS", "TO")),
    Zone(12, 1, ("FJ", "TV", "MH")),
    Zone(11, 8, ("AU-NSW", "AU-VIC", "SB")),
    Zone(10, 4, ("AU-QLD", "PG")),
    Zone(9.5, 1, ("AU-NT",)),
    Zone(9, 30, ("JP", "KR")),
    Zone(8, 50, ("CN", "SG", "HK", "TW", "MY", "PH", "AU-WA")),
    Zone(7, 20, ("VN", "TH", "ID")),
    Zone(6.5, 2, ("MM",)),
    Zone(6, 6, ("BD", "KG")),
    Zone(5.75, 1, ("NP",)),
    Zone(5.5, 40, ("IN",)),
    Zone(5, 8, ("PK", "UZ", "KZ")),
    Zone(4.5, 1, ("AF",)),
    Zone(4, 4, ("AE", "GE", "AM", "AZ")),
    Zone(3.5, 4, ("IR",)),
    Zone(3, 14, ("SA", "TR", "KE", "IQ")),
    Zone(2, 24, ("FI", "GR", "RO", "EG", "ZA", "UA")),
    Zone(1, 100, ("DE", "DE-BY", "DE-NW", "FR", "IT", "ES", "NL", "SE", "PL", "CH", "AT", "BE")),
    Zone(0, 40, ("GB", "GB-ENG", "GB-SCT", "IE", "PT")),
    Zone(-1, 1, ("CV",)),
    Zone(-2, 1, ("GL",)),
    Zone(-3, 20, ("BR", "BR-SP", "AR", "UY", "CL")),
    Zone(-3.5, 1, ("CA-NL",)),
    Zone(-4, 6, ("CA-NS", "VE", "BO", "PR")),
    Zone(-5, 70, ("US", "US-NY", "US-FL", "CA-ON", "CA-QC", "CO", "PE")),
    Zone(-6, 40, ("US-TX", "US-IL", "MX", "GT")),
    Zone(-7, 10, ("US-CO", "US-AZ", "CA-AB")),
    Zone(-8, 40, ("US-CA", "US-WA", "CA-BC")),
    Zone(-9, 1, ("US-AK",)),
    Zone(-10, 1, ("US-HI",)),
    Zone(-11, 1, ("AS",)),
)
