"""Days on which people work in the Netherlands: terms are counted in them (R31). Pure."""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (12, 25), (12, 26))
"""New Year's Day and both days of Christmas."""
AFTER_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension Day and Whit Monday."""


@lru_cache(maxsize=1000)
def working_days_after(day: date, number: int) -> date:
    """The so-manieth working day after a day, which itself does not count. `number` is 1 or more."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def working_days_left(day: date, until: date) -> int:
    """How many working days come after a day, up to and including another; none when that has passed."""
    days = (day + timedelta(days=n) for n in range(1, (until - day).days + 1))
    return sum(map(is_working_day, days))


def late_up_to(today: date, number: int) -> date:
    """The last day since which something waits too long that may wait so many working days."""
    day = today
    while working_days_after(day, number) >= today:
        day -= timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Whether it is a day from Monday to Friday and no public holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


@lru_cache(maxsize=50)
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year on which most people are free. Liberation Day counts once in five years."""
    easter = easter_sunday(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    liberation = [date(year, 5, 5)] if year % 5 == 0 else []
    fixed = [date(year, month, day) for month, day in FIXED]
    moving = [easter + timedelta(days=days) for days in AFTER_EASTER]
    return frozenset([*fixed, *moving, kings_day, *liberation])


def easter_sunday(year: int) -> date:
    """Easter Sunday of a year, by the rule of Gauss as Meeus, Jones and Butcher wrote it down."""
    golden, century, rest = year % 19, *divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
