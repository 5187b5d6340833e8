"""From the database to what is counted and found: always the whole of a partner, and only what is public."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from partnerkompas.answers.queries import MOST_IDS, facts_by_partner, partners_with_expiry
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search import snapshot
from partnerkompas.search.snapshot import Column, Marking, Snapshot, column_of

FEW = 400
"""Up to so many changed partners are read again one by one; more, and everything is."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the database knows at this moment, or what it knew at an earlier one."""

    number: int
    day: date
    release: str
    told_at: str = ""
    """When the outbox row with that number was written."""
    moment: datetime | None = None
    """Set for the past: what was recorded up to then counts."""

    @property
    def edition(self) -> Edition:
        return criteria.edition_of(self.release)


@dataclass(frozen=True, slots=True)
class Change:
    """Partners read again since an earlier moment, and the ids of those that no longer are listed."""

    columns: list[Column]
    gone: frozenset[int] = frozenset()


def now() -> Target:
    """What the database knows now."""
    number, told_at = outbox.newest(db.session)
    return Target(number, clock.today(), criteria.current_release_number(), told_at)


def at_end_of(day: date) -> Target:
    """What was known at the end of an earlier day."""
    moment = clock.end_of(day)
    number, told_at = outbox.newest(db.session)
    return Target(number, day, criteria.release_at(moment), told_at, moment)


def is_of_this_history(number: int, told_at: str) -> bool:
    """Whether the database once ended with this outbox row: one that was put back has another with the same number."""
    return outbox.told_at(db.session, number) == told_at


def change_since(number: int, day: date, release: str, target: Target) -> Change | None:
    """What changed since an outbox number and a day; None when so much did that everything must be read."""
    if number > target.number or day > target.day or release != target.release:
        return None
    changed = _changed_since(number, day, target)
    if changed is None:
        return None
    found = columns(changed, target) if changed else []
    return Change(found, frozenset(changed - {column.id for column in found}))


def snapshot_of(read: list[Column], target: Target) -> Snapshot:
    """A snapshot of partners that were read."""
    return snapshot.snapshot_of(read, target.edition, target.release, target.day, target.number)


def changed(before: Snapshot, change: Change, target: Target) -> Snapshot:
    """The snapshot that a change makes of the one before."""
    return snapshot.changed(before, {*change.gone}, change.columns, target.day, target.number)


def no_longer_listed(known: Snapshot, target: Target) -> frozenset[int]:
    """Who of a snapshot may not be shown any more; quick, for when everything else has to wait."""
    ids = db.session.scalars(select(Partner.id).where(partners.visible_to(VISITOR)))
    return frozenset(known.firms.place_of_id.keys() - ids.all())


def _changed_since(number: int, day: date, target: Target) -> set[int] | None:
    news = outbox.news_since(db.session, number)
    if any(topic != "partner" for _number, topic, _subject in news):
        return None
    changed = {int(subject) for _number, _topic, subject in news}
    if day != target.day:
        changed |= partners_with_expiry(day, target.day) | _listed_since(day, target.day)
    return changed if len(changed) <= FEW else None


def _listed_since(day: date, until: date) -> set[int]:
    """The partners whose day of listing came after a day, up to and including another."""
    return set(db.session.scalars(select(Partner.id).where(Partner.listed_on > day, Partner.listed_on <= until)))


def columns(ids: Collection[int] | None, target: Target) -> list[Column]:
    """The columns of listed partners (None: all of them); nothing unpublished gets in here (row O3)."""
    with uncollected() if ids is None else nullcontext():
        return _columns(ids, target)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for garbage: among millions of new values that takes half of the time and finds none."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _visible() -> list[int]:
    return [*db.session.scalars(select(Partner.id).where(partners.visible_to(VISITOR)).order_by(Partner.id))]


def _columns(ids: Collection[int] | None, target: Target) -> list[Column]:
    """Some hundreds of partners at a time, so that a whole reading never holds more than that besides the columns."""
    edition, marking, read = target.edition, Marking(target.edition), list[Column]()
    wanted = _visible() if ids is None else list(ids)
    for start in range(0, len(wanted), MOST_IDS):
        some = partners.with_ids(wanted[start : start + MOST_IDS], VISITOR)
        some = {key: row for key, row in some.items() if row.was_listed_on(target.day)}
        facts_of_some = facts_by_partner(edition, target.day, some, target.moment)
        read += [column_of(some[partner_id], facts, marking) for partner_id, facts in facts_of_some]
    return read
