"""How old answers are and how many have expired, by partner and by criterion (row U20).

Counted from the facts of the day of every listed partner, as everywhere (answers/facts.py). What was read of a partner
is kept until the snapshot reads that partner again, so a change of one partner costs the reading of one partner.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from weakref import ref

import numpy as np
import numpy.typing as npt

from partnerkompas.answers.facts import Facts, months_between
from partnerkompas.answers.models import State
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import outbox
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.search.request import BY_NAME, NEUTRAL
from partnerkompas.search.snapshot import Firm, Snapshot
from partnerkompas.search.sync import Ready, committed_only
from partnerkompas.search.words import fold

KNOWN = np.dtype([("criterion", "<i4"), ("seen_on", "<i4"), ("expired", "?")])
"""One answer: the place of its criterion in the edition, the day it was last confirmed as an ordinal (0: none), and
whether it has expired. What is silent, or only follows from another answer, is not there."""

Answers = npt.NDArray[np.void]

BY_AGE, BY_EXPIRED = "ouderdom", "verlopen"
SORTS = (NEUTRAL, BY_NAME, BY_AGE, f"-{BY_AGE}", BY_EXPIRED, f"-{BY_EXPIRED}")
"""What `sort=` may say; a minus puts the highest first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Some answers together."""

    known: int
    expired: int
    median_on: float | None
    """The median day on which they were last confirmed, as an ordinal; None when none has a date."""

    @property
    def share(self) -> float:
        """Which part of the answers has expired."""
        return self.expired / self.known if self.known else 0.0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The tallies of one moment: partners in the neutral order of the day, criteria in the order of the edition."""

    day: date
    partners: tuple[tuple[Firm, Tally], ...]
    criteria: tuple[tuple[Question, Tally], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    label: str
    url: str
    known: int
    expired: int
    share: float
    age_months: int | None

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and what a press on it does."""

    label: str
    url: str
    direction: str
    """As `aria-sort` says it; "" when the table is not sorted by this column."""


Key = tuple[int, int, str, date, str]
"""Partner, outbox number at which it was read, of which line of readings, day and release: as in search/sheets.py."""


@dataclass
class Kept:
    """What was read of each partner, and the ledger of the newest snapshot."""

    lock: Lock = field(default_factory=Lock)
    answers: Mapping[Key, Answers] = field(default_factory=dict)
    snapshot: Callable[[], Snapshot | None] = lambda: None
    """What the ledger was made of; not kept alive, for a snapshot has files open."""
    made: Ledger | None = None

    def ledger(self, ready: Ready) -> Ledger:
        """The ledger of a moment; made anew when the snapshot is another one."""
        snapshot = ready.snapshot
        with self.lock:
            if self.made is not None and self.snapshot() is snapshot:
                return self.made
            firms = snapshot.firms.at(snapshot.sorted(snapshot.everyone, NEUTRAL))
            answers, of_this_moment = _read(ready, firms, self.answers)
            made = ledger(snapshot, firms, [*answers.values()])
            if of_this_moment:
                self.answers, self.snapshot, self.made = answers, ref(snapshot), made
            return made


def _read(ready: Ready, firms: Iterable[Firm], kept: Mapping[Key, Answers]) -> tuple[Mapping[Key, Answers], bool]:
    """What is known of each partner, in their order, and whether the database still is of this moment.

    If it is, only who was read again since is read here; if not, what is read is shown and must not be kept.
    """
    snapshot = ready.snapshot
    keys = {firm.id: (firm.id, firm.read, ready.line, snapshot.day, snapshot.release) for firm in firms}
    with committed_only():  # a session that began before the snapshot would know less than it
        of_this_moment = outbox.newest(db.session) == (snapshot.number, ready.told_at)
        lacking = [id_ for id_, key in keys.items() if not (of_this_moment and key in kept)]
        read = {
            keys[id_]: answers_of(facts, snapshot.edition)
            for id_, facts in facts_by_partner(snapshot.edition, snapshot.day, lacking)
        }
    return {key: read[key] if key in read else kept[key] for key in keys.values()}, of_this_moment


def answers_of(facts: Facts, edition: Edition) -> Answers:
    """What is known of a partner, as far as it matters here."""
    known = [fact for fact in facts.values() if fact.is_known and not fact.follows_from]
    places = (edition.position[fact.criterion] for fact in known)
    days = (fact.seen_on.toordinal() if fact.seen_on else 0 for fact in known)
    expired = (fact.state == State.EXPIRED for fact in known)
    return np.array([*zip(places, days, expired, strict=True)], KNOWN)


def tally(answers: Answers) -> Tally:
    """Count some answers."""
    days = answers["seen_on"][answers["seen_on"] > 0]
    return Tally(len(answers), int(answers["expired"].sum()), float(np.median(days)) if len(days) else None)


def ledger(snapshot: Snapshot, firms: Sequence[Firm], answers: Sequence[Answers]) -> Ledger:
    """Count what is known of some partners, once by partner and once by criterion."""
    every = np.concatenate([np.empty(0, KNOWN), *answers])
    every = every[np.argsort(every["criterion"], kind="stable")]
    ends = np.searchsorted(every["criterion"], np.arange(len(snapshot.edition.questions)), "right")
    return Ledger(
        snapshot.day,
        tuple((firm, tally(mine)) for firm, mine in zip(firms, answers, strict=True)),
        tuple(
            (question, tally(some))
            for question, some in zip(snapshot.edition.questions, np.split(every, ends), strict=False)
        ),
    )


def partner_rows(ledger: Ledger, sort: str, url: Callable[[str], str]) -> list[Row]:
    """The table of partners; `url` makes the address of one from its slug."""
    return _sorted([_row(firm.name, url(firm.slug), told, ledger.day) for firm, told in ledger.partners], sort)


def criterion_rows(ledger: Ledger, sort: str, url: Callable[[str], str]) -> list[Row]:
    """The table of criteria; `url` makes the address of one from its key."""
    rows = (_row(each.label.in_(language()), url(each.key), told, ledger.day) for each, told in ledger.criteria)
    return _sorted(rows, sort)


def _row(label: str, url: str, told: Tally, day: date) -> Row:
    return Row(label, url, told.known, told.expired, told.share, months_between(told.median_on, day))


def _sorted(rows: Iterable[Row], sort: str) -> list[Row]:
    """Rows in the order asked; what cannot be told comes last, and ties stay as they were."""
    if sort == NEUTRAL:
        return list(rows)
    if sort == BY_NAME:
        return sorted(rows, key=lambda row: fold(row.label))
    sign, by_age = -1 if sort.startswith("-") else 1, sort.endswith(BY_AGE)

    def key(row: Row) -> tuple[bool, float]:
        figure = row.age_months if by_age else row.share if row.known else None
        return figure is None, sign * (figure or 0)

    return sorted(rows, key=key)


def columns(first: str, sort: str, url: Callable[[str], str]) -> list[Column]:
    """The heads of a table; the oldest and the most expired come first at the first press."""
    return [
        Column(first, url(BY_NAME), "ascending" if sort == BY_NAME else ""),
        _figures(_("Maanden oud"), BY_AGE, sort, url),
        _figures(_("Verlopen"), BY_EXPIRED, sort, url),
    ]


def _figures(label: str, name: str, sort: str, url: Callable[[str], str]) -> Column:
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    return Column(label, url(name if direction == "descending" else f"-{name}"), direction)
