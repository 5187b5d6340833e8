"""The rules between the user group and partners: since when they hold, and telling of a change in time (R28, R30).

A change takes two things: the page of the rules says what will hold, and CHANGES says since when. Partners read of it
on a durable medium, an inbox and mail, at least fifteen days before (P2B regulation, article 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from partnerkompas.accounts import queries as accounts
from partnerkompas.criteria.questions import Text
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.web import show_date
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About

NOTICE = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Change:
    """A version of the rules: from 1 on, when it was told, since when it holds, and what is new.

    Raises ValueError when that is too soon.
    """

    number: int
    told_on: date
    holds_since: date
    what: Text

    def __post_init__(self) -> None:
        if self.number > 1 and self.holds_since - self.told_on < NOTICE:
            raise ValueError(f"version {self.number} of the rules holds sooner than fifteen days after it is told")


CHANGES: tuple[Change, ...] = (
    Change(1, date(2026, 11, 29), date(2026, 11, 29), Text("De eerste spelregels.", "The first rules.")),
)
"""The oldest first. Of the first there was nobody to tell."""


def tell_of_changes(changes: Sequence[Change] = CHANGES) -> int:
    """Tell whoever speaks for a partner of rules that are to change, each once, and return how many messages that were.

    Written in the transaction of the caller; again is harmless.
    """
    today, told = clock.today(), 0
    for change in changes[1:]:
        if change.told_on <= today < change.holds_since:
            people = accounts.with_ids(each for those in accounts.speaking().values() for each in those).values()
            key = f"rules/{change.number}"
            told += len(messages.tell(people, About.RULES, lambda: _words(change), "/spelregels", key))  # noqa: B023
    return told


def _words(change: Change) -> tuple[str, str]:
    day = show_date(change.holds_since)
    advice = _("Wilt u dat niet, dan kunt u vóór die dag laten weten dat u niet meer namens de partner spreekt.")
    return _("De spelregels veranderen op %(day)s", day=day), f"{change.what.in_(language())} {advice}"
