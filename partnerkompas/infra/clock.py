"""The one clock: aware UTC inside, Dutch days outside; tests can set it."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_fixed: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def today() -> date:
    """The day it is in the Netherlands; days of validity and the neutral order follow it."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The Dutch day of a moment."""
    return moment.astimezone(AMSTERDAM).date()


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
