"""Keeping the snapshot and the words index in step with the database.

The database is the truth. Changes leave rows in its outbox; here they are applied, each partner read again by id, so
that applying twice does no harm. A process notices news at its next request by the number of the newest outbox row.
What is shared between requests is read in a session of its own, so that it never holds what is not committed.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select

from partnerkompas.answers.facts import facts_of
from partnerkompas.answers.queries import facts_by_partner, partners_with_expiry
from partnerkompas.config import Settings
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.logs import log
from partnerkompas.infra.request_cycle import committed
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search import index
from partnerkompas.search.snapshot import Bits, Column, Marking, Snapshot, bits_of, changed_in, column_of, snapshot_of
from partnerkompas.search.words import Word

FEW = 400
"""Up to so many changed partners are read again one by one; more, and everything is."""

PAST_KEPT = 4
"""How many days of the past are kept ready at once."""

PAUSE = 30.0
"""Seconds in which the words index is left alone after it could not be written, so that not every request tries."""


@dataclass
class _State:
    """What one application has ready."""

    folder: Path
    lock: Lock = field(default_factory=Lock)
    now: Snapshot | None = None
    past_lock: Lock = field(default_factory=Lock)
    past: "OrderedDict[date, Snapshot]" = field(default_factory=OrderedDict)
    not_before: float = 0.0
    """When the words index may be written again."""


def install(app: Flask) -> None:
    """Give an application its snapshot and its words index, and let every commit bring them up to date."""
    settings: Settings = app.extensions["settings"]
    app.extensions["search"] = _State(settings.index_folder)
    committed.connect(_after_commit)


def _after_commit(sender: Any) -> None:
    if current_app:
        _try_to_drain(_state())


def _state() -> _State:
    state: _State = current_app.extensions["search"]
    return state


@contextmanager
def _committed() -> Iterator[None]:
    """A session of its own, in which only what is committed can be seen, and all of that."""
    token = writing.set(False)
    try:
        with current_app.app_context():
            yield
    finally:
        writing.reset(token)


def snapshot(as_of: date | None = None) -> Snapshot:
    """The listed partners as they are now, or as they were known on an earlier day."""
    state = _state()
    if as_of is not None and as_of < clock.today():
        return _past(state, as_of)
    ready = state.now
    if ready is not None and (ready.number, ready.day) == (outbox.last_number(db.session), clock.today()):
        return ready
    with state.lock, _committed():
        number, day, ready = outbox.last_number(db.session), clock.today(), state.now
        if ready is None or (ready.number, ready.day) != (number, day):
            state.now = ready = _brought_up_to(number, day, ready)
        return ready


def _brought_up_to(number: int, day: date, before: Snapshot | None) -> Snapshot:
    """A snapshot that knows all news up to a number: only changed partners are read again where that will do."""
    release = criteria.current_release_number()
    news = outbox.news_since(db.session, before.number) if before else []
    changed = _changed(news)
    if before is None or before.day != day or before.release != release or before.number > number or changed is None:
        marking = Marking(criteria.current_edition())
        return snapshot_of(_in_order(_columns(None, marking, day)), marking, release, day, number)
    again = _columns(changed, before.marking, day)
    if {column.id for column in again} == changed & before.position.keys():
        return changed_in(before, again, number)
    kept = [column for column in before.columns if column.id not in changed]
    return snapshot_of(_in_order([*kept, *again]), before.marking, release, day, number)


def _in_order(columns: Iterable[Column]) -> list[Column]:
    """Columns by slug: the same partners always stand at the same positions."""
    return sorted(columns, key=lambda column: column.slug)


def _changed(news: list[tuple[int, str, str]]) -> set[int] | None:
    """The partners some news is about; None when it is about more than a few, so that all are read again."""
    ids = {int(subject) for _number, topic, subject in news if topic == "partner"}
    few = len(ids) <= FEW and all(topic == "partner" for _number, topic, _subject in news)
    return ids if few else None


def _columns(ids: Collection[int] | None, marking: Marking, day: date, moment: datetime | None = None) -> list[Column]:
    """The columns of listed partners (None: all of them); nothing unpublished gets in here (row O3)."""
    found = partners.with_ids(ids, VISITOR) if ids is not None else partners.every_visible_to(VISITOR)
    found = {key: row for key, row in found.items() if row.was_listed_on(day)}
    named = None if ids is None else list(found)
    columns = {
        partner_id: column_of(found[partner_id], facts, marking, day)
        for partner_id, facts in facts_by_partner(marking.edition, day, named, moment)
        if partner_id in found
    }
    for partner_id, partner in found.items():
        if partner_id not in columns:
            columns[partner_id] = column_of(partner, facts_of(marking.edition, (), {}, day), marking, day)
    return list(columns.values())


def _past(state: _State, day: date) -> Snapshot:
    """What was known on an earlier day (row B7); a few days are kept ready."""
    with state.past_lock, _committed():
        ready = state.past.get(day)
        number = outbox.last_number(db.session)
        if ready is None or ready.number != number:
            moment = clock.end_of(day)
            release = criteria.release_at(moment)
            marking = Marking(criteria.edition_of(release))
            ready = snapshot_of(_in_order(_columns(None, marking, day, moment)), marking, release, day, number)
            state.past[day] = ready
            while len(state.past) > PAST_KEPT:
                state.past.popitem(last=False)
        state.past.move_to_end(day)
        return ready


def found_by_words(ready: Snapshot, words: Collection[Word]) -> Bits:
    """The partners of a snapshot that have every word.

    The words index answers when it knows exactly what the snapshot knows; else, and for the past, the snapshot does.
    """
    if not words:
        return ready.everyone
    state = _state()
    if ready is state.now and index.is_quick(words):
        found = index.find(state.folder, words, ready.number, ready.day)
        if found is None and _try_to_drain(state):
            found = index.find(state.folder, words, ready.number, ready.day)
        if found is not None:
            return bits_of((ready.position[each] for each in found if each in ready.position), len(ready.columns))
    return ready.with_words(words)


def in_step() -> bool:
    """Whether the words index knows what the database knows, after an attempt to bring it up to date."""
    state, ready = _state(), snapshot()
    wanted = (ready.number, ready.day)
    return index.applied(state.folder) == wanted or (_try_to_drain(state) and index.applied(state.folder) == wanted)


def _try_to_drain(state: _State) -> bool:
    """Bring the words index up to date if that can be done now. Never fails: everything works without it, slower."""
    if monotonic() < state.not_before:
        return False
    try:
        drain()
    except Exception:
        log.exception("the words index cannot be written")
        state.not_before = monotonic() + PAUSE
        return False
    return True


def drain() -> int:
    """Bring the words index up to date; returns how many partners were read again. Harmless when nothing waits."""
    state = _state()
    try:
        with index.alone(state.folder), _committed():
            return _applied_news(state)
    except index.IndexBusy:
        log.info("the words index is busy; what waits is applied later")
        return 0


def _applied_news(state: _State) -> int:
    number, day = outbox.last_number(db.session), clock.today()
    applied, indexed_on = index.applied(state.folder)
    if (applied, indexed_on) == (number, day):
        return 0
    if applied < 0 or applied > number or indexed_on > day:
        return _made_anew(state)
    changed = _changed(outbox.news_since(db.session, applied))
    if changed is not None:
        changed |= partners_with_expiry(indexed_on, day) | _listed_since(indexed_on, day)
    if changed is None or len(changed) > FEW:
        return _made_anew(state)
    documents = [
        index.Document(column.id, column.words)
        for column in _columns(changed, Marking(criteria.current_edition()), day)
    ]
    index.update(state.folder, documents, changed, number, day)
    return len(changed)


def _listed_since(day: date, until: date) -> set[int]:
    """The partners whose day of listing came after a day, up to and including another."""
    return set(db.session.scalars(select(Partner.id).where(Partner.listed_on > day, Partner.listed_on <= until)))


def rebuild() -> int:
    """Make the words index anew from the database; returns the number of partners in it."""
    state = _state()
    with index.alone(state.folder, wait=True), _committed():
        return _made_anew(state)


def _made_anew(state: _State) -> int:
    ready = snapshot()
    documents = (index.Document(column.id, column.words) for column in ready.columns)
    index.rebuild(state.folder, documents, ready.number, ready.day)
    return len(ready.columns)


def differences() -> list[str]:
    """Every difference between database and words index, a line each; none means they agree."""
    state = _state()
    with _committed():
        marking = Marking(criteria.current_edition())
        truth = {column.id: column for column in _columns(None, marking, clock.today())}
        wanted = (outbox.last_number(db.session), clock.today())
    known = index.applied(state.folder)
    if known == index.UNUSABLE:
        return ["there is no index that can be used"]
    lines = [] if known == wanted else [f"outbox {wanted[0]} on {wanted[1]}, index {known[0]} on {known[1]}"]
    indexed = index.all_documents(state.folder)
    for partner_id, column in truth.items():
        if partner_id not in indexed:
            lines.append(f"{column.slug}: not in the index")
        elif indexed[partner_id] != column.words:
            lines.append(f"{column.slug}: other words: {sorted(indexed[partner_id] ^ column.words)[:5]}")
    lines += [f"partner {partner_id}: in the index, not listed" for partner_id in indexed if partner_id not in truth]
    return lines
