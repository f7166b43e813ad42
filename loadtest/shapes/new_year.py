"""The night of New Year, from the first midnight to the last, in minutes.

From 09:00 UTC on the 31st of December, an hour before the year begins in Kiribati (UTC+14), to
12:00 UTC on the 1st of January, an hour after it began on American Samoa (UTC-11).
"""

import math

from loadtest.shapes.curve import Curve
from loadtest.shapes.shape import EVERY_DAY, Phase, Shape, Stream, abuse
from loadtest.shapes.zones import ZONES, Zone

START_HOUR = -15.0  # in hours after midnight UTC
END_HOUR = 12.0
HOURS = END_HOUR - START_HOUR
# How the payroll systems of one zone come: all at once at 00:00, as schedulers do, then fewer and
# fewer for an hour. The night is short here: the hour of it that counts is not.
ARRIVING_HOURS = 1.0
STEEPNESS = 2.5
STEPS = 8
# Of the peak: what comes without New Year, at the busiest time of a day.
BASE_SHARE = 0.25
# A client with many machines restarts: each of them asks for a token, then a first question.
STORM_HOUR = 3.5  # after the waves of Europe, before those of America
STORM_HOURS = 0.6
STORM_SHARE = 0.35  # of the peak, for as long as it lasts
# The plan of the token endpoint gives one client 600 a minute.
MOST_TOKENS = 450


def new_year(peak: float, seconds: float) -> Shape:
    """Return the night in ``seconds``; its highest wave comes to ``peak`` arrivals a second.

    peak: with the base load of an ordinary day, without abusers.
    """
    base = Stream("every day", EVERY_DAY, _base(peak * BASE_SHARE, seconds))
    largest = max(zone.weight for zone in ZONES)
    # Largest wave and what is left of others meet the base load at the peak.
    waves = [_wave(zone, seconds, zone.weight / largest) for zone in ZONES]
    together = Shape(phases=(), streams=tuple(waves)).peak
    waves = [
        Stream(wave.name, wave.mix, wave.curve.scaled(peak * (1 - BASE_SHARE) / together),
               wave.calendars)
        for wave in waves
    ]  # fmt: skip
    storm_start, storm_end = (
        second_of(hour, seconds) for hour in (STORM_HOUR, STORM_HOUR + STORM_HOURS)
    )
    machines = min(peak * STORM_SHARE, MOST_TOKENS / (storm_end - storm_start))
    storm = Stream(
        "token storm", {"restarted": 1.0}, Curve.of((storm_start, machines), (storm_end, machines))
    )
    return Shape(
        phases=_phases(seconds, storm_start, storm_end),
        streams=(base, *waves, storm, abuse(seconds)),
        notes=(f"{HOURS:g} hours in {seconds:g} s: an hour is {seconds / HOURS:.1f} s",),
    )


def second_of(hour: float, seconds: float) -> float:
    """Return when ``hour`` (after midnight UTC, may be negative) is in a run of ``seconds``."""
    return (hour - START_HOUR) / HOURS * seconds


def midnight_of(zone: Zone, seconds: float) -> float:
    """Return when it is midnight in ``zone`` in a run of ``seconds``."""
    return second_of(-zone.utc_offset_hours, seconds)


def _base(peak: float, seconds: float) -> Curve:
    """Return the load of an ordinary day: by the hour of Europe, half of it at night."""
    hours = [START_HOUR + HOURS * step / 54 for step in range(55)]
    return Curve.of(
        *(
            (
                second_of(hour, seconds),
                peak * (0.75 + 0.25 * math.sin((hour - 8) / 24 * 2 * math.pi)),
            )
            for hour in hours
        )
    )


def _wave(zone: Zone, seconds: float, height: float) -> Stream:
    """Return the payroll systems of ``zone``: a jump to ``height``, then less and less."""
    midnight = midnight_of(zone, seconds)
    length = min(ARRIVING_HOURS / HOURS * seconds, seconds - midnight)
    points = [
        (midnight + length * step / STEPS, height * math.exp(-STEEPNESS * step / STEPS))
        for step in range(STEPS + 1)
    ]
    hours = f"{zone.utc_offset_hours:+g}"
    return Stream(f"UTC{hours}", {"payroll": 1.0}, Curve.of(*points), zone.calendars)


def _phases(seconds: float, storm_start: float, storm_end: float) -> tuple[Phase, ...]:
    """Return the parts of the night by whose midnight it is."""
    asia, europe = second_of(-9.5, seconds), second_of(-2.25, seconds)
    america = second_of(4.25, seconds)
    return (
        Phase("Pacific", 0, asia),
        Phase("Asia", asia, europe),
        Phase("Europe, Africa", europe, storm_start),
        Phase("token storm", storm_start, storm_end),
        Phase("America", min(storm_end, america), seconds),
    )
