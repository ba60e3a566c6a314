"""Times of the sample company: whole seconds since 1970, UTC, and how systems write them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

DAY = 86_400
HOUR = 3_600
MINUTE = 60


def rng_for(*parts: object) -> random.Random:
    """Return a generator that these parts alone decide; each person has one of their own."""
    return random.Random(":".join(str(part) for part in parts))  # noqa: S311 - made-up data


@cache
def day_text(day: int) -> str:
    """Return a day, counted since 1970, as YYYY-MM-DD."""
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")


@cache
def _clock_text(seconds: int) -> str:
    return f"{seconds // HOUR:02d}:{seconds // MINUTE % 60:02d}:{seconds % 60:02d}"


def iso(moment: int) -> str:
    """Return a time as 2026-06-30T09:15:00Z."""
    return f"{day_text(moment // DAY)}T{_clock_text(moment % DAY)}Z"


def plain(moment: int) -> str:
    """Return a time as 2026-06-30 09:15:00, UTC understood."""
    return f"{day_text(moment // DAY)} {_clock_text(moment % DAY)}"


def till_time(moment: int) -> str:
    """Return a time as the tills print it: their clocks stand at +01:00 all year."""
    local = moment + HOUR
    return f"{day_text(local // DAY)}T{_clock_text(local % DAY)}+01:00"


@dataclass(frozen=True)
class Calendar:
    """The span that the sample covers: [start, until), seconds since 1970, UTC."""

    start: int
    until: int

    @property
    def days(self) -> int:
        """Whole days covered."""
        return (self.until - self.start) // DAY

    def ago(self, days: float) -> int:
        """Return the time `days` before the end, never before the start."""
        return max(self.start, self.until - int(days * DAY))

    def inside(self, moment: float) -> int:
        """Return the time moved into the span where it lies outside."""
        return min(max(self.start, int(moment)), self.until - 1)
