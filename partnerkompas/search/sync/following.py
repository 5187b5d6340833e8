"""What a request works with: the generation in use, kept in step with the database.

Other processes' news costs one stat a request. The database itself is asked at most every half second, and after a
change of our own that could not be applied: that covers who was killed between the commit and the index.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event, Thread
from time import monotonic

from flask import Flask, current_app

from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.infra.logs import log
from partnerkompas.search import index
from partnerkompas.search.index import IndexBusy
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.sync import applying, generation, reading
from partnerkompas.search.sync.state import PAST_KEPT, Ready, State, committed_only, lexicon_of, state

PAUSE = 30.0
"""Seconds in which the index is left alone after it could not be written, so that not every request tries."""


def ready(as_of: date | None = None) -> Ready:
    """The catalogue as it is now, or as it was known at the end of an earlier day."""
    mine = state()
    if as_of is not None and as_of < clock.today():
        return _past(mine, as_of)
    held = mine.ready
    if held and held.snapshot.day == clock.today() and mine.stamp == generation.stamp(mine.folder) and not _due(mine):
        return held
    with mine.lock, committed_only():
        return _renewed(mine)


def _due(mine: State) -> bool:
    """Whether it is time to ask the database, and it has news."""
    if monotonic() - mine.looked_at < mine.news_seconds:
        return False
    if mine.ready is None or outbox.last_number(db.session) > mine.ready.snapshot.number or mine.ready.behind:
        return True
    mine.looked_at = monotonic()
    return False


def _renewed(mine: State) -> Ready:
    """Load the newest generation; if it does not know what the database knows, have that applied first."""
    mine.looked_at = monotonic()
    found, target = _loaded(mine), reading.now()
    if found is None or not _knows(found, target):
        try_to_drain()
        found = _loaded(mine)
    if found is None or not _knows(found, target):
        found = _privately(mine, found or mine.ready, target)
    mine.ready = found
    return found


def _knows(found: Ready, target: reading.Target) -> bool:
    known = found.snapshot
    return (
        known.number >= target.number
        and known.day == target.day
        and known.release == target.release
        and found.reader is not None
    )


def _loaded(mine: State) -> Ready | None:
    """The generation that the files hold; its words only when they are of the same moment."""
    stamp = generation.stamp(mine.folder)
    if mine.ready and stamp is not None and stamp == mine.stamp and not mine.ready.behind:
        return mine.ready
    saved = applying.held(mine)
    if saved is None:
        return None
    mine.saved, mine.stamp = saved, stamp
    known, lexicon = saved.snapshot, lexicon_of(saved.snapshot.edition)
    reader = index.open_reader(mine.folder)
    if reader and reader.is_scattered:
        _beside(mine.merging, partial(index.merge, mine.folder))
    same = reader and reader.applied == index.Applied(known.number, known.day, lexicon.version)
    return Ready(known, lexicon, reader if same else None)


def _privately(mine: State, before: Ready | None, target: reading.Target) -> Ready:
    """What this process knows by itself while the index cannot follow."""
    if before is None:
        return _from_database(target, behind=True)
    known = _followed(before.snapshot, target)
    if before.behind and known is before.snapshot:
        return before
    reader = before.reader or index.open_reader(mine.folder, before.lexicon.version)
    if reader is None or known.release != before.snapshot.release:
        return _from_database(target, behind=True)
    change = reading.change_since(reader.applied.number, reader.applied.day, known.release, target)
    return Ready(known, before.lexicon, reader, tuple(change.columns) if change else (), behind=True)


def _from_database(target: reading.Target, *, behind: bool = False) -> Ready:
    """Counts and words both from the database, without an index."""
    columns = reading.columns(None, target)
    return Ready(reading.snapshot_of(columns, target), lexicon_of(target.edition), None, tuple(columns), behind)


def _followed(before: Snapshot, target: reading.Target) -> Snapshot:
    """A snapshot with what changed; when that is too much for a request, at least nobody who may not be shown."""
    if (before.number, before.day, before.release) == (target.number, target.day, target.release):
        return before
    change = reading.change_since(before.number, before.day, before.release, target)
    if change is not None:
        return reading.changed(before, change, target)
    if len(before.firms) <= applying.INLINE:
        return reading.whole(target)
    gone = reading.no_longer_listed(before, target)
    return replace(reading.changed(before, reading.Change([], gone), target), number=before.number) if gone else before


def try_to_drain(*, patient: bool = False) -> bool:
    """Bring index and snapshot up to date if that can be done now. Never fails: everything works without it, slower.

    `patient`: nobody waits, as for a command, so what takes long is done here and now.
    """
    mine = state()
    if monotonic() < mine.not_before:
        return False
    try:
        try:
            applying.drain()
        except applying.TooManyNow:
            if not patient:
                raise
            applying.rebuild()
    except IndexBusy:
        mine.looked_at = float("-inf")
        return False
    except applying.TooManyNow:
        _rebuild_beside(mine)
        return False
    except Exception:
        log.exception("the index cannot be written")
        mine.not_before, mine.looked_at = monotonic() + PAUSE, float("-inf")
        return False
    return True


def _rebuild_beside(mine: State) -> None:
    """Make everything anew while requests go on."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        try:
            with app.app_context():
                applying.rebuild()
        except BaseException:
            mine.not_before = monotonic() + PAUSE
            raise

    _beside(mine.rebuilding, run)


def _beside(busy: Event, work: Callable[[], object]) -> None:
    """Do some work in a thread of its own, once at a time; `busy` is set while it goes on."""
    if busy.is_set():
        return
    busy.set()

    def run() -> None:
        try:
            work()
        except Exception:
            log.exception("work beside the requests went wrong")
        finally:
            busy.clear()

    Thread(target=run, daemon=True).start()


def _past(mine: State, day: date) -> Ready:
    """What was known on an earlier day (row B7); a few days are kept ready, and follow what is still found out."""
    with mine.past_lock, committed_only():
        target, held = reading.at_end_of(day), mine.past.get(day)
        if held is None or held.snapshot.number != target.number:
            held = _past_ready(held, target)
            mine.past[day] = held
            while len(mine.past) > PAST_KEPT:
                mine.past.popitem(last=False)
        mine.past.move_to_end(day)
        return held


def _past_ready(before: Ready | None, target: reading.Target) -> Ready:
    change = None
    if before is not None:
        known = before.snapshot
        change = reading.change_since(known.number, known.day, known.release, target)
    if before is None or change is None:
        return _from_database(target)
    moved = {column.id for column in change.columns} | change.gone
    columns = [*(column for column in before.columns if column.id not in moved), *change.columns]
    return Ready(reading.changed(before.snapshot, change, target), before.lexicon, None, tuple(columns))
