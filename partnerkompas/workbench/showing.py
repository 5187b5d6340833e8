"""The workbench as data: sections of lines, each with how long it waits. The template only prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from partnerkompas.answers.showing import product_label
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import language
from partnerkompas.infra.working_days import working_days_after
from partnerkompas.workbench.queries import Ending

CLAIM_WITHIN, CHECKED_WITHIN = 5, 10
"""Working days in which somebody who wants to speak for a partner hears, and in which an answer is looked at."""
SHOWN = 10
"""So many lines of a section are shown at first."""
MOST = 500
"""And so many at most."""

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Section(Generic[Line]):
    """What waits of one sort, the oldest first: the lines in view, and how many there are in all."""

    key: str
    """Its anchor, and what `alles=` says to see everything."""
    lines: Sequence[Line]
    total: int
    late: int
    """How many wait too long."""
    left: int
    """How many lines are not in view."""
    is_open: bool
    """Whether everything was asked for."""


def section(key: str, lines: Sequence[Line], everything: str, *, total: int, late: int = 0) -> Section[Line]:
    """The lines of a section in view: the first few, or all when `everything` names this section."""
    is_open = everything == key
    shown = lines[: MOST if is_open else SHOWN]
    return Section(key, shown, total, late, len(lines) - len(shown), is_open)


@dataclass(frozen=True, slots=True)
class Due:
    """By when something that waits is done."""

    on: date

    @property
    def is_late(self) -> bool:
        return self.on < clock.today()


def late_since(working_days: int) -> datetime:
    """What waits from this moment or longer is late."""
    day = clock.today()
    while working_days_after(day, working_days) >= clock.today():
        day -= timedelta(days=1)
    return clock.end_of(day)


def due(since: datetime, working_days: int) -> Due:
    """By when what waits since a moment is done."""
    return Due(working_days_after(clock.day_of(since), working_days))


def called(edition: Edition, fact: Ending) -> tuple[str, str]:
    """What a fact is called: its criterion and its product."""
    return edition.by_key[fact.criterion].label.in_(language()), product_label(edition, fact.product)
