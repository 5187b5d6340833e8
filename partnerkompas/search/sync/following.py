"""What a request works with: the generation in use, kept in step with the database.

Other processes' news costs one stat a request. The database itself is asked at most every half second, and after a
change of our own that could not be applied: that covers who was killed between the commit and the index.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep

from flask import Flask, current_app, has_request_context, request
from werkzeug.exceptions import ServiceUnavailable

from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.infra.logs import log
from partnerkompas.search import index
from partnerkompas.search.index import IndexBusy
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.sync import applying, generation, reading
from partnerkompas.search.sync.state import PAST_KEPT, Ready, State, committed_only, lexicon_of, look_anew, state

HELD = "partnerkompas.ready"
"""Where a request keeps its generation, so that all of it works with the same one."""

WAIT_OF_READERS = 0.05
"""Seconds that a request waits for who is writing the index: what that one applies is seen soon enough."""

PATIENCE = 8.0
"""Seconds that a request for an earlier day waits for its turn; reading a day of a large market takes long."""

PAUSE = 30.0
"""Seconds in which the index is left alone after it could not be written, so that not every request tries."""


REST = 1.0
"""Seconds before segments are merged, so that who asks for what just changed does not share the processor with that."""


def ready(as_of: date | None = None) -> Ready:
    """The catalogue as it is now, or as it was known at the end of an earlier day."""
    mine = state()
    if as_of is not None and as_of < clock.today():
        return _past(mine, as_of)
    if not has_request_context():
        return _present(mine)
    if HELD not in request.environ:
        request.environ[HELD] = _present(mine)
    found: Ready = request.environ[HELD]
    return found


def let_go() -> None:
    """A request that changed something works with what is now from here on."""
    if has_request_context():
        request.environ.pop(HELD, None)


def _present(mine: State) -> Ready:
    held, due = mine.ready, _due(mine)
    same = held is not None and not due and mine.stamp == generation.stamp(mine.folder)
    if held and same and (held.behind or held.snapshot.day == clock.today()):
        return held
    with mine.lock:
        if not due and (told := _told(mine)):
            return told
        with committed_only():
            return _renewed(mine)


def _due(mine: State) -> bool:
    """Whether it is time to ask the database, and it has news."""
    held = mine.ready
    if monotonic() - mine.looked_at < mine.news_seconds:
        return False
    if held is None or held.behind or outbox.newest(db.session) != (held.snapshot.number, held.told_at):
        return True
    mine.looked_at = monotonic()
    return False


def _told(mine: State) -> Ready | None:
    """What another process has just applied, if the files alone can say so: the database is asked soon enough."""
    held, found = mine.ready, _loaded(mine, asked=False)
    if held and found and _is_later(found, held):
        mine.ready = found
        return found
    mine.stamp = None  # it is to be loaded with all care
    return None


def _is_later(found: Ready, held: Ready) -> bool:
    """Whether a generation is simply a later moment of today than another."""
    new, old = found.snapshot, held.snapshot
    same = (new.day, new.release) == (clock.today(), old.release)
    return same and found.reader is not None and (found is held or new.number > old.number)


def _renewed(mine: State) -> Ready:
    """Load the newest generation; if it does not know what the database knows, have that applied first."""
    mine.looked_at = monotonic()
    found, target = _loaded(mine), reading.now()
    if found is None or not _knows(found, target):
        try_to_drain(WAIT_OF_READERS)
        found = _loaded(mine)
    if found is None or not (_knows(found, target) or _knows_more(found, target)):
        found = _privately(mine, found or mine.ready, target)
    mine.ready = found
    return found


def _knows(found: Ready, target: reading.Target) -> bool:
    """Whether a generation is of this very moment of this very database."""
    known = found.snapshot
    return (known.number, found.told_at, known.day, known.release) == (
        target.number,
        target.told_at,
        target.day,
        target.release,
    ) and found.reader is not None


def _knows_more(found: Ready, target: reading.Target) -> bool:
    """Whether somebody else was quicker: what was just loaded is newer than what was asked of the database."""
    return found.snapshot.number > target.number and found.snapshot.day == target.day and found.reader is not None


def _loaded(mine: State, *, asked: bool = True) -> Ready | None:
    """The generation that the files hold; its words only when they are of the same moment.

    `asked`: the database is asked whether it is one of its own.
    """
    stamp = generation.stamp(mine.folder)
    if mine.ready and stamp is not None and stamp == mine.stamp and not mine.ready.behind:
        return mine.ready
    saved = applying.held(mine, asked=asked)
    if saved is None:
        return None
    mine.saved, mine.stamp = saved, stamp
    known, lexicon = saved.snapshot, lexicon_of(saved.snapshot.edition)
    reader = index.open_reader(mine.folder)
    if reader and reader.is_scattered:
        _beside(mine.merging, partial(index.merge, mine.folder), after=REST)
    same = reader and reader.applied == index.Applied(known.number, known.day, lexicon.version)
    return Ready(known, lexicon, reader if same else None, told_at=saved.told_at)


def _privately(mine: State, before: Ready | None, target: reading.Target) -> Ready:
    """What this process knows by itself while the index cannot follow.

    Counts and words come from one reading of what changed: read twice, they could be of two moments.
    """
    if before is None:
        return _from_database(target, behind=True)
    known, reader = before.snapshot, before.reader or index.open_reader(mine.folder, before.lexicon.version)
    if reader and reader.applied.number > target.number:
        look_anew()  # the index already knows what was committed after this session began to look
        target = reading.now()
    if before.behind and (known.number, known.day, known.release) == (target.number, target.day, target.release):
        return before
    if reader is None or target.release != known.release:
        return _from_database(target, behind=True)
    number, day = min(known.number, reader.applied.number), min(known.day, reader.applied.day)
    change = reading.change_since(number, day, known.release, target)
    if change is not None:
        known, moved = reading.changed(known, change, target), tuple(change.columns)
        return Ready(known, before.lexicon, reader, moved, behind=True, told_at=target.told_at)
    if len(known.firms) <= applying.INLINE:
        return _from_database(target, behind=True)
    return Ready(_without_gone(known, target), before.lexicon, reader, behind=True, told_at=before.told_at)


def _without_gone(known: Snapshot, target: reading.Target) -> Snapshot:
    """When too much changed for a request: at least nobody who may not be shown."""
    gone = reading.no_longer_listed(known, target)
    as_before = replace(target, number=known.number, day=known.day)
    return reading.changed(known, reading.Change([], gone), as_before) if gone else known


def _from_database(target: reading.Target, *, behind: bool = False) -> Ready:
    """Counts and words both from the database, without an index."""
    columns = reading.columns(None, target)
    made = reading.snapshot_of(columns, target)
    return Ready(made, lexicon_of(target.edition), None, tuple(columns), behind, target.told_at)


def try_to_drain(wait: float = applying.WAIT, *, patient: bool = False) -> bool:
    """Bring index and snapshot up to date if that can be done now. Never fails: everything works without it, slower.

    `wait`: seconds to wait for who is writing; `patient`: nobody waits, as for a command, so what takes long is done
    here and now.
    """
    mine = state()
    if monotonic() < mine.not_before:
        return False
    try:
        try:
            applying.drain(wait)
        except applying.TooManyNow:
            if not patient:
                raise
            applying.rebuild()
    except IndexBusy:
        return False
    except applying.TooManyNow:
        _rebuild_beside(mine)
        return False
    except Exception:
        log.exception("the index cannot be written")
        mine.not_before = monotonic() + PAUSE
        return False
    return True


def _rebuild_beside(mine: State) -> None:
    """Make everything anew while requests go on."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        try:
            with app.app_context():
                applying.rebuild(unless_known=True)
        except BaseException:
            mine.not_before = monotonic() + PAUSE
            raise

    _beside(mine.rebuilding, run)


def _beside(busy: Event, work: Callable[[], object], *, after: float = 0) -> None:
    """Do some work in a thread of its own, some seconds later, once at a time; `busy` is set until it is done."""
    if busy.is_set():
        return
    busy.set()

    def run() -> None:
        sleep(after)
        try:
            work()
        except Exception:
            log.exception("work beside the requests went wrong")
        finally:
            busy.clear()

    Thread(target=run, daemon=True).start()


def _past(mine: State, day: date) -> Ready:
    """What was known on an earlier day (row B7); a few days are kept ready, and follow what is still found out."""
    if not mine.past_lock.acquire(timeout=PATIENCE):
        raise ServiceUnavailable(retry_after=int(PATIENCE))
    with ExitStack() as stack:
        stack.callback(mine.past_lock.release)
        stack.enter_context(committed_only())
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
