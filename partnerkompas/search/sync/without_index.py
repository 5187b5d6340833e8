"""Moments of the catalogue read from the database itself: earlier days, and now while the index cannot follow."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date

from werkzeug.exceptions import ServiceUnavailable

from partnerkompas.infra.db import look_anew
from partnerkompas.search import index
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.sync import applying, reading
from partnerkompas.search.sync.holding import PAST_KEPT, Holding, Ready, committed_only, lexicon_of

PATIENCE = 8.0
"""Seconds that a request for an earlier day waits for its turn; reading a day of a large market takes long."""


def privately(mine: Holding, before: Ready | None, target: reading.Target) -> Ready:
    """What this process knows by itself while the index cannot follow.

    Counts and words come from one reading of what changed: read twice, they could be of two moments.
    """
    if before is None or not reading.is_of_this_history(before.snapshot.number, before.told_at):
        return _from_database(target, behind=True)
    known, reader = before.snapshot, before.reader or index.open_reader(mine.folder, before.lexicon.version)
    if reader and reader.applied.number > target.number:
        look_anew()  # the index already knows what was committed after this session began to look
        target = reading.now()
    if reader and not reading.is_of_this_history(reader.applied.number, reader.applied.told_at):
        reader = None
    if before.behind and _is_of(before, target):
        return before
    if reader is None:
        own = _read_before(mine)
        return own if own and _is_of(own, target) else replace(_went_on(own, target), behind=True)
    if target.release != known.release:
        return _from_database(target, behind=True)
    number, day = min(known.number, reader.applied.number), min(known.day, reader.applied.day)
    change = reading.change_since(number, day, known.release, target)
    if change is not None:
        known, moved = reading.changed(known, change, target), tuple(change.columns)
        return Ready(known, before.lexicon, reader, moved, behind=True, told_at=target.told_at, line=before.line)
    if len(known.firms) <= applying.INLINE:
        return _from_database(target, behind=True)
    known = _without_gone(known, target)
    return Ready(known, before.lexicon, reader, behind=True, told_at=before.told_at, line=before.line)


def _is_of(before: Ready, target: reading.Target) -> bool:
    """Whether what is held tells of this very moment."""
    known = before.snapshot
    return (known.number, known.day, known.release) == (target.number, target.day, target.release)


def _read_before(mine: Holding) -> Ready | None:
    """What this process itself read from the database before, with the words of all partners."""
    held = mine.ready
    if held is None or not held.behind or held.reader is not None:
        return None
    return held if reading.is_of_this_history(held.snapshot.number, held.told_at) else None


def _without_gone(known: Snapshot, target: reading.Target) -> Snapshot:
    """When too much changed for a request: at least nobody who may not be shown."""
    gone = reading.no_longer_listed(known, target)
    as_before = replace(target, number=known.number, day=known.day)
    return reading.changed(known, reading.Change([], gone), as_before) if gone else known


def _from_database(target: reading.Target, *, behind: bool = False) -> Ready:
    """Counts and words both from the database, without an index."""
    columns = reading.columns(None, target)
    made = reading.snapshot_of(columns, target)
    lexicon, line = lexicon_of(target.edition), secrets.token_hex(8)
    return Ready(made, lexicon, None, tuple(columns), behind=behind, told_at=target.told_at, line=line)


def past(mine: Holding, day: date) -> Ready:
    """What was known on an earlier day (row B7); a few days are kept ready, and follow what is still found out.

    Raises ServiceUnavailable when a day must be read and others wait for that already, or it takes too long.
    """
    with committed_only():
        if kept := _kept(mine, day, reading.at_end_of(day)):
            return kept
    with _turn(mine), committed_only():
        target, held = reading.at_end_of(day), mine.past.get(day)
        if kept := _kept(mine, day, target):  # who went before read the same day
            return kept
        goes_on = held is not None and reading.is_of_this_history(held.snapshot.number, held.told_at)
        made = mine.past[day] = _went_on(held if goes_on else None, target)
        mine.past.move_to_end(day)
        while len(mine.past) > PAST_KEPT:
            mine.past.popitem(last=False)
        return made


def _kept(mine: Holding, day: date, target: reading.Target) -> Ready | None:
    """A day of the past that is kept ready, if it still is what the database knows of it."""
    held = mine.past.get(day)
    if held is None or (held.snapshot.number, held.told_at) != (target.number, target.told_at):
        return None
    with suppress(KeyError):  # who reads another day may just have put it away
        mine.past.move_to_end(day)
    return held


@contextmanager
def _turn(mine: Holding) -> Iterator[None]:
    """Be the only one who reads a day of the past; raises ServiceUnavailable when that is not soon."""
    later = ServiceUnavailable(retry_after=int(PATIENCE))
    if not mine.past_turns.acquire(blocking=False):
        raise later
    with ExitStack() as stack:
        stack.callback(mine.past_turns.release)
        if not mine.past_lock.acquire(timeout=PATIENCE):
            raise later
        stack.callback(mine.past_lock.release)
        yield


def _went_on(before: Ready | None, target: reading.Target) -> Ready:
    """A moment without an index, from an earlier one without: what changed is read again, or all if that is much."""
    change = None
    if before is not None:
        known = before.snapshot
        change = reading.change_since(known.number, known.day, known.release, target)
    if before is None or change is None:
        return _from_database(target)
    moved = {column.id for column in change.columns} | change.gone
    columns = [*(column for column in before.columns if column.id not in moved), *change.columns]
    made = reading.changed(before.snapshot, change, target)
    return Ready(made, before.lexicon, None, tuple(columns), told_at=target.told_at, line=before.line)
