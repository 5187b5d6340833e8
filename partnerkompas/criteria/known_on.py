"""Which day a reader asks about (`?op=`), and the criteria that were in force then (domain: Time)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from partnerkompas.criteria import queries
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import repeatable

FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class KnownOn:
    """What a page is about: a day, the last moment of it when it is past, and the edition in force."""

    op: date | None
    """The day that was asked for; None for now."""
    day: date
    moment: datetime | None
    release: str
    edition: Edition
    notices: tuple[str, ...] = ()


def known_on(text: str | None) -> KnownOn:
    """What a page is about, from the value of `op`. A wrong or future day means now, with a notice."""
    op: date | None = None
    notices: tuple[str, ...] = ()
    if text:
        try:
            op = past_day(text, clock.today())
        except ValueError as wrong:
            notices = (_("“op=%(value)s” is genegeerd: %(reason)s.", value=repeatable(text), reason=wrong),)
    moment = clock.end_of(op) if op else None
    release = queries.release_at(moment) if moment else queries.current_release_number()
    if moment and not queries.had_release(moment):
        notices = (*notices, no_release_yet())
    return KnownOn(op, op or clock.today(), moment, release, queries.edition_of(release), notices)


def no_release_yet() -> str:
    """What is said of a day before the first release, which is the one it is read by."""
    return _("Op die dag was er nog geen uitgave van de criteria; u ziet de eerste.")


def past_day(text: str, today: date) -> date:
    """A day in ISO form, from FIRST_DAY to today. Raises ValueError with the reason in the reader's language."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("dit is geen datum als 2026-11-22"))
    if day < FIRST_DAY:
        raise ValueError(_("deze dag is te vroeg; de eerste die kan is %(day)s", day=FIRST_DAY.isoformat()))
    if day > today:
        raise ValueError(_("deze dag moet nog komen"))
    return day
