"""Figures of use as pages and the file print them: the same rows for every partner (row U22)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from partnerkompas.criteria.questions import Question
from partnerkompas.infra.counting import What
from partnerkompas.infra.language import _, language
from partnerkompas.search.snapshot import Firm
from partnerkompas.usage.queries import FEWEST, Figures

OF_PARTNERS = What.VIEW, What.COMPARISON
"""What is counted of every partner."""

TOO_FEW = f"<{FEWEST}"
"""As the file says it, in any language."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week of one partner, or some in a row of which nothing is shown; None for fewer than are shown."""

    label: str
    begins_on: date
    ends_on: date
    views: int | None
    comparisons: int | None

    @property
    def is_empty(self) -> bool:
        return self.views is None and self.comparisons is None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A partner or criterion, and how much there was of each sort at least; None when every week has too little."""

    key: str
    label: str
    numbers: tuple[int | None, ...]


def few() -> str:
    """What stands where a number is too small."""
    return _("minder dan %(n)s", n=FEWEST)


def weeks_of(figures: Figures, slug: str) -> list[WeekRow]:
    """The weeks of a partner, the newest first; weeks in a row of which nothing is shown are one row."""
    numbers = (figures.by_week(what, slug) for what in OF_PARTNERS)
    weeks = [
        WeekRow(week_label(each), each, each + timedelta(days=6), *told)
        for each, *told in zip(figures.weeks, *numbers, strict=True)
    ]
    rows: list[WeekRow] = []
    for empty, some in groupby(weeks, key=lambda row: row.is_empty):
        together = list(some)
        rows += _as_one(together) if empty else together
    return rows[::-1]


def _as_one(weeks: Sequence[WeekRow]) -> list[WeekRow]:
    """Weeks in a row as one; one alone stays what it is."""
    first, last = weeks[0], weeks[-1]
    if first is last:
        return [first]
    label = _("%(first)s tot en met %(last)s", first=first.label, last=last.label)
    return [replace(last, label=label, begins_on=first.begins_on)]


def week_label(week: date) -> str:
    """A week as people in the Netherlands call it; the year is that of its Thursday."""
    year, number, _day = week.isocalendar()
    return _("week %(number)s van %(year)s", number=number, year=year)


def partner_totals(figures: Figures, firms: Iterable[Firm]) -> list[TotalRow]:
    """Every partner, in the order given."""
    return [_total(figures, firm.slug, firm.name, OF_PARTNERS) for firm in firms]


def criterion_totals(figures: Figures, facets: Iterable[Question]) -> list[TotalRow]:
    """Every criterion that can be filtered on, first what that is done with most, then in the order given."""
    rows = [_total(figures, each.key, each.label.in_(language()), (What.FILTER,)) for each in facets]
    return sorted(rows, key=lambda row: -(row.numbers[0] or 0))


def _total(figures: Figures, key: str, label: str, sorts: Sequence[What]) -> TotalRow:
    return TotalRow(key, label, tuple(figures.at_least(what, key) or None for what in sorts))


def table(figures: Figures, firms: Iterable[Firm], facets: Iterable[Question]) -> Iterator[list[str]]:
    """The file: a head, and a row for each counter with its twelve weeks, the newest last."""
    yield ["what", "key", "name", *(each.strftime("%G-W%V") for each in figures.weeks)]
    named = [(what, firm.slug, firm.name) for firm in firms for what in OF_PARTNERS]
    named += [(What.FILTER, each.key, each.label.in_(language())) for each in facets]
    for what, key, name in named:
        yield [what.value, key, name, *(TOO_FEW if n is None else str(n) for n in figures.by_week(what, key))]
