"""The workbench as data: sections of lines, each with how long it waits. The template only prints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from flask import url_for

from partnerkompas.answers.showing import product_label
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.paging import Counts, Part, part
from partnerkompas.infra.working_days import late_up_to, working_days_after
from partnerkompas.permissions.vocabulary import Actor, Role
from partnerkompas.workbench.queries import Ending

CLAIM_WITHIN, CHECKED_WITHIN = 5, 10
"""Working days in which somebody who wants to speak for a partner hears, and in which an answer is looked at."""
SHOWN = 10
"""So many lines of a section are shown at first."""

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
    all_url: str
    """Where they are."""
    part: Part | None
    """The part in view, when everything was asked for."""


class Asked(NamedTuple):
    """What an address asks of the workbench: everything of one section, and which part of it."""

    section: str
    page: str

    def part(self, key: str, lines: int) -> Part | None:
        """The part of a section that is asked for; None when only its first lines are."""
        if self.section != key:
            return None
        return part(self.page, lines, lambda n: url_for("workbench.overview", alles=key, pagina=n, _anchor=key))


def section(
    key: str, counts: Counts, lines: Callable[[int, int], Sequence[Line]], asked: Asked, all_url: str = ""
) -> Section[Line]:
    """A section with its first lines, or a part of them all. `lines` gives so many of them from an offset.

    `all_url` is the page that has them all, when that is not the workbench itself.
    """
    opened = asked.part(key, counts.lines) if not all_url else None
    shown = lines(opened.size, opened.offset) if opened is not None else lines(SHOWN, 0)
    left = 0 if opened is not None else counts.lines - len(shown)
    here = url_for("workbench.overview", alles=key, _anchor=key)
    return Section(key, shown, counts.total, counts.late, left, all_url or here, opened)


@dataclass(frozen=True, slots=True)
class Due:
    """By when something that waits is done."""

    on: date

    @property
    def is_late(self) -> bool:
        return self.on < clock.today()


def late_since(working_days: int) -> datetime:
    """What waits from this moment or longer is late."""
    return clock.end_of(late_up_to(clock.today(), working_days))


def due(since: datetime, working_days: int) -> Due:
    """By when what waits since a moment is done."""
    return Due(working_days_after(clock.day_of(since), working_days))


def called(edition: Edition, fact: Ending) -> tuple[str, str]:
    """What a fact is called: its criterion and its product."""
    return edition.by_key[fact.criterion].label.in_(language()), product_label(edition, fact.product)


def decides_nothing(actor: Actor, is_alone: bool) -> str:
    """Why somebody decides about nothing here, in words; empty for who does. `is_alone`: there is no other curator."""
    if Role.CURATOR not in actor.roles:
        return _("U bent beheerder. U ziet wat er wacht; curatoren beslissen erover.")
    if actor.represents:
        why = _("U spreekt voor een partner, en beslist daarom over geen enkele partner.")
        alone = _("Er is geen andere curator: vraag een beheerder om er een aan te wijzen.")
        others = _("Dat doen andere curatoren.")
        return f"{why} {alone if is_alone else others}"
    return ""
