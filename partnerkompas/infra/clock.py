"""The one clock: aware UTC inside, Dutch days outside; tests can set it."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from time import time as seconds
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_fixed: datetime | None = None
_day = (0.0, 0.0, date.min)
"""From and until when, in seconds, it is the day that was last told: every request asks, and zones are slow."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def today() -> date:
    """The day it is in the Netherlands; days of validity and the neutral order follow it."""
    global _day
    if _fixed:
        return day_of(_fixed)
    start, end, day = _day
    if not start <= seconds() < end:
        day = day_of(now())
        _day = _midnight(day), _midnight(day + timedelta(1)), day
    return day


def day_of(moment: datetime) -> date:
    """The Dutch day of a moment."""
    return moment.astimezone(AMSTERDAM).date()


def _midnight(day: date) -> float:
    """When a Dutch day begins, in seconds."""
    return datetime.combine(day, time.min, AMSTERDAM).timestamp()


def end_of(day: date) -> datetime:
    """The last moment of a Dutch day, in UTC: what is recorded up to then was known on that day."""
    return datetime.combine(day, time.max, AMSTERDAM).astimezone(UTC)


def months_after(start: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@contextmanager
def fixed_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment, for tests and for made-up data that must come out the same each time."""
    global _fixed
    before, _fixed = _fixed, moment
    try:
        yield
    finally:
        _fixed = before
