"""Days and months as people and spreadsheets write them, in ISO form.

A Dutch Excel turns 2026-03-31 into 31-3-2026 and 2026-03 into mrt-26 when it saves a sheet as CSV.
"""

import re

from partnerkompas.infra import clock

MONTHS = {
    "jan": 1,
    "feb": 2,
    "mrt": 3,
    "apr": 4,
    "mei": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "okt": 10,
    "nov": 11,
    "dec": 12,
    "mar": 3,
    "may": 5,
    "oct": 10,
}
"""Short names of months, Dutch and English."""


class TwoDays(ValueError):
    """A text that is one day in Europe and another in America."""


def iso_day(text: str) -> str:
    """A day such as 31-3-2026 as 2026-03-31; what is written in no such way comes back as it is. Raises TwoDays.

    With - or . the day comes first, as in the Netherlands. Of / nobody knows: only one of both readings may be a day.
    Whether there is such a day is for who asks.
    """
    found = re.fullmatch(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})", text, re.ASCII)
    if not found:
        return text
    day, month = int(found[1]), int(found[3])
    if found[2] == "/" and month > 12:
        day, month = month, day
    elif found[2] == "/" and day <= 12 and day != month:
        raise TwoDays(text)
    return f"{found[4]}-{month:02}-{day:02}"


def iso_month(text: str) -> str:
    """A month such as 3-2026, mrt-26 or the first day of it as 2026-03; anything else comes back as it is.

    Also dec-98, which nobody means as 2098: a year of two digits is one of this century, until the next year.
    """
    if found := re.fullmatch(r"(\d{1,2})[-/](\d{4})", text, re.ASCII):
        return f"{found[2]}-{int(found[1]):02}"
    found = re.fullmatch(r"([a-z]{3})\.?[- ](\d{2}|\d{4})", text.casefold(), re.ASCII)
    if found and found[1] in MONTHS:
        year = found[2] if len(found[2]) == 4 else f"20{found[2]}"
        if len(found[2]) == 2 and int(year) > clock.today().year + 1:
            return text
        return f"{year}-{MONTHS[found[1]]:02}"
    try:
        day = iso_day(text)
    except TwoDays:
        return text
    return day.removesuffix("-01") if day.count("-") == 2 else text
