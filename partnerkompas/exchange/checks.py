"""Single values of a record, checked: each function gives what is to be stored, or says why the record is refused."""

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from partnerkompas.criteria.kinds import NotAnAnswer
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.infra import clock
from partnerkompas.infra.language import _

YES = frozenset({"true", "ja", "yes", "1", "waar"})
NO = frozenset({"false", "nee", "no", "0", "onwaar", ""})


class Refused(ValueError):
    """A record that is not loaded: which column, with what value, why."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def text(column: str, raw: Any) -> str:
    """One value as trimmed text; nothing is an empty text."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, (list, dict)):
        raise Refused(column, raw, _("één waarde verwacht, geen lijst"))
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw).strip()


def line(column: str, raw: Any, most: int = 200) -> str:
    """One line of readable text."""
    found = " ".join(text(column, raw).split())
    return _readable(column, found, most)


def prose(column: str, raw: Any, most: int = 2000) -> str:
    """A text that may have several lines."""
    found = text(column, raw)
    _readable(column, found.replace("\n", " ").replace("\t", " "), most)
    return found


def _readable(column: str, found: str, most: int) -> str:
    if len(found) > most:
        raise Refused(
            column, found, _("de tekst heeft %(n)s tekens; %(limit)s is het meeste", n=len(found), limit=most)
        )
    if not found.isprintable():
        raise Refused(column, found, _("er staan tekens in die niet te lezen zijn"))
    return found


def needed(column: str, found: str) -> str:
    """A text that may not be empty."""
    if not found:
        raise Refused(column, "", _("er staat niets"))
    return found


def day(column: str, raw: Any) -> date | None:
    """A day such as 2026-11-22, or None when there is nothing; 31 February is refused."""
    found = text(column, raw)
    try:
        return _day(found) if found else None
    except ValueError as wrong:
        raise Refused(column, found, _("dit is geen bestaande dag als 2026-11-22")) from wrong


@lru_cache(maxsize=4096)
def _day(found: str) -> date:
    made = date.fromisoformat(found) if re.fullmatch(r"\d{4}-\d\d-\d\d", found, re.ASCII) else None
    if made is None or not 1800 <= made.year <= 2200:
        raise ValueError(found)
    return made


def past_day(column: str, raw: Any) -> date | None:
    """A day that is not in the future."""
    found = day(column, raw)
    if found and found > clock.today():
        raise Refused(column, found, _("deze dag is nog niet geweest"))
    return found


def truth(column: str, raw: Any) -> bool:
    found = text(column, raw).casefold()
    if found not in YES | NO:
        raise Refused(column, found, _("dit is geen true of false"))
    return found in YES


def one_of(column: str, raw: Any, allowed: Collection[str], default: str = "") -> str:
    """One of some words, or the default when there is nothing; without a default it may not be empty."""
    found = text(column, raw) or default
    if found not in allowed:
        known = ", ".join(filter(None, allowed))
        raise Refused(column, found, _("dit moet een van deze zijn: %(known)s", known=known))
    return found


def address(column: str, raw: Any) -> str:
    """A full http(s) address, or nothing (SEC-08)."""
    found = text(column, raw)
    try:
        return web_address(found) if found else ""
    except NotAnAnswer as wrong:
        raise Refused(column, found, str(wrong)) from wrong
