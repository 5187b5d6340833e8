"""Questions about the figures of use; read only.

Numbers under five do not come out of the database here, so that no page, file or order can depend on one. A total is
the sum of what is shown, "at least": a true total minus what is shown would tell what is not, and so would this week's
total minus that of last week.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from partnerkompas.infra import clock
from partnerkompas.infra.counting import What, monday
from partnerkompas.infra.db import db
from partnerkompas.usage.models import UsageCount

FEWEST = 5
"""No smaller number is shown (promise 5)."""
WEEKS = 12


def whole_weeks(today: date) -> tuple[date, ...]:
    """The Mondays of the last twelve weeks that are over, the newest last."""
    running = monday(today)
    return tuple(running - timedelta(weeks=back) for back in range(WEEKS, 0, -1))


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of some weeks."""

    weeks: tuple[date, ...]
    shown: Mapping[tuple[What, str], Mapping[date, int]] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The Sunday on which they end."""
        return self.weeks[-1] + timedelta(days=6)

    def by_week(self, what: What, key: str) -> list[int | None]:
        """A number for each week; None where there were fewer than five, or none."""
        numbers = self.shown.get((what, key), {})
        return [numbers.get(week) for week in self.weeks]

    def at_least(self, what: What, key: str) -> int:
        """The sum of what is shown of all weeks; 0 when nothing is."""
        return sum(self.shown.get((what, key), {}).values())

    def all_at_least(self, what: What) -> dict[str, int]:
        """The same of everything of a sort of which something is shown, by key."""
        return {key: self.at_least(what, key) for each, key in self.shown if each == what}


def figures(*what: What, key: str | None = None) -> Figures:
    """The figures of the last whole weeks, of some sorts of counters; of one partner or criterion, or of all."""
    weeks = whole_weeks(clock.today())
    wanted = (
        select(UsageCount.what, UsageCount.key, UsageCount.week, UsageCount.n)
        .where(UsageCount.week.between(weeks[0], weeks[-1]), UsageCount.what.in_(what), UsageCount.n >= FEWEST)
        .order_by(UsageCount.what, UsageCount.key, UsageCount.week)
    )
    shown: dict[tuple[What, str], dict[date, int]] = {}
    for row in db.session.execute(wanted if key is None else wanted.where(UsageCount.key == key)):
        shown.setdefault((row.what, row.key), {})[row.week] = row.n
    return Figures(weeks, shown)
