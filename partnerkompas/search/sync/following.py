"""What a request works with: the generation in use, kept in step with the database.

Other processes' news costs one stat a request. The database itself is asked at most every half second, and after a
change of our own that could not be applied: that covers who was killed between the commit and the index.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from time import monotonic

from flask import has_request_context, request

from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db, look_anew
from partnerkompas.search import index
from partnerkompas.search.sync import applying, generation, reading
from partnerkompas.search.sync.beside import merge, merge_when_quiet, rebuild_beside
from partnerkompas.search.sync.failing import heed, heed_and_log
from partnerkompas.search.sync.holding import Holding, Ready, committed_only, held_here, lexicon_of
from partnerkompas.search.sync.without_index import past, privately

HELD = "partnerkompas.ready"
"""Where a request keeps its generation, so that all of it works with the same one."""

WAIT_OF_READERS = 0.05
"""Seconds that a request waits for who is writing the index: what that one applies is seen soon enough."""


def ready(as_of: date | None = None) -> Ready:
    """The catalogue as it is now, or as it was known at the end of an earlier day.

    Raises ServiceUnavailable for an earlier day that must be read while others wait for that already, see `past`.
    """
    mine = held_here()
    if as_of is not None and as_of < clock.today():
        return past(mine, as_of)
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


def glance(mine: Holding) -> Ready | None:
    """The catalogue in use if that is known, at the cost of one stat, to be the newest; None when more must be done."""
    held = mine.ready
    is_due = monotonic() - mine.looked_at >= mine.news_seconds
    if held is None or held.behind or is_due or held.stamp != generation.stamp(mine.folder):
        return None
    return held if held.snapshot.day == clock.today() else None


def _present(mine: Holding) -> Ready:
    held, due = mine.ready, _due(mine)
    if not due and held and held.stamp == generation.stamp(mine.folder) and _is_of_today(held):
        return held
    came = monotonic()
    with mine.lock:
        if mine.looked_at > came and mine.ready and _is_of_today(mine.ready):
            return mine.ready  # who had the lock before asked the database after this request came
        if not due and (told := _told(mine)):
            return told
        try:
            with committed_only():
                return _renewed(mine)
        except BaseException:
            mine.looked_at = float("-inf")  # a look that failed is none: who comes next looks again
            raise


def _is_of_today(held: Ready) -> bool:
    """Whether no midnight came between; while the index cannot follow, the database is asked soon enough."""
    return held.behind or held.snapshot.day == clock.today()


def _due(mine: Holding) -> bool:
    """Whether it is time to ask the database, and it has news."""
    held, now, before = mine.ready, monotonic(), mine.looked_at
    if now - before < mine.news_seconds:
        return False
    if held is None or held.behind or _newest() != (held.snapshot.number, held.told_at):
        return True
    if mine.looked_at == before:  # else somebody looked meanwhile, or left something to look at
        mine.looked_at = now
    return False


def _newest() -> tuple[int, str]:
    """The newest outbox row; whoever had no connection before has none after."""
    had_one = db.session().in_transaction()
    newest = outbox.newest(db.session)
    if not had_one:
        db.session.rollback()
    return newest


def _told(mine: Holding) -> Ready | None:
    """What another process has just applied, if the files alone can say so: the database is asked soon enough."""
    held, found = mine.ready, _loaded(mine, asked=False)
    if held and found and _is_later(found, held):
        mine.ready = found
        return found
    return None


def _is_later(found: Ready, held: Ready) -> bool:
    """Whether a generation is simply a later moment of today than another."""
    new, old = found.snapshot, held.snapshot
    same = (new.day, new.release) == (clock.today(), old.release)
    goes_on = new.number > old.number or (new.number, found.told_at) == (old.number, held.told_at)
    return same and found.reader is not None and goes_on


def _renewed(mine: Holding) -> Ready:
    """Load the newest generation; if it does not know what the database knows, have that applied first."""
    mine.looked_at, stamp = monotonic(), generation.stamp(mine.folder)
    if mine.ready and not reading.is_of_this_history(mine.ready.snapshot.number, mine.ready.told_at):
        mine.ready = None  # a database was put back: from here on nobody is shown what it does not know
    found, target = _loaded(mine), reading.now()
    if found is None or not _knows(found, target):
        db.session.rollback()  # who applies what is new needs a connection too
        try_to_drain(WAIT_OF_READERS)
        look_anew()  # what was just applied may be of after this session began to look
        found = _loaded(mine)
    if found is None or not (_knows(found, target) or _knows_more(found, target)):
        own = privately(mine, found or mine.ready, reading.now())
        found = own if own.stamp == stamp else replace(own, stamp=stamp)
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
    """Whether somebody else was quicker: what was just loaded is newer than what was asked of the database.

    A database that was put back has lower numbers too, so only for what is known to be of this history.
    """
    return found.snapshot.number > target.number and found.snapshot.day == target.day and found.reader is not None


def _loaded(mine: Holding, *, asked: bool = True) -> Ready | None:
    """The generation that the files hold; its words only when they are of the same moment.

    `asked`: the database is asked whether it is one of its own, unless it is the one that this process has in use.
    """
    stamp = generation.stamp(mine.folder)
    if mine.ready and stamp is not None and stamp == mine.ready.stamp and not mine.ready.behind:
        return mine.ready
    saved = applying.held(mine, asked=asked)
    if saved is None:
        return None
    mine.saved = saved
    known, lexicon = saved.snapshot, lexicon_of(saved.snapshot.edition)
    reader = index.open_reader(mine.folder)
    if reader and reader.is_scattered:
        merge_when_quiet(mine)
    same = reader and reader.applied == index.Applied(known.number, known.day, lexicon.version, saved.told_at)
    words = reader if same else None
    return Ready(known, lexicon, words, told_at=saved.told_at, line=saved.line, stamp=stamp)


def try_to_drain(wait: float = applying.WAIT, *, patient: bool = False) -> bool:
    """Bring index and snapshot up to date if that can be done now. Never fails: everything works without it, slower.

    `wait`: seconds to wait for who is writing; `patient`: nobody waits, as for a command, so what takes long is done
    here and now.
    """
    mine = held_here()
    if monotonic() < mine.not_before:
        return False
    try:
        if patient:
            _drain_patiently(mine, wait)
        else:
            applying.drain(wait)
    except applying.TooManyNow:
        rebuild_beside(mine)
        return False
    except Exception as error:
        heed_and_log(mine, error)
        return False
    return True


def drain_patiently() -> int:
    """As `drain`, for a command: what takes too long for a request is done here and now, and segments are merged.

    Raises what `drain` raises but TooManyNow; an index that cannot be written is then left alone for a while.
    """
    mine = held_here()
    try:
        return _drain_patiently(mine, applying.WAIT)
    except Exception as error:
        heed(mine, error)
        raise


def _drain_patiently(mine: Holding, wait: float) -> int:
    try:
        read = applying.drain(wait)
    except applying.TooManyNow:
        read = applying.rebuild(unless_known=True)
        with suppress(applying.TooManyNow):  # what changed meanwhile waits for the next time if it is that much again
            applying.drain(wait)
    if (reader := index.open_reader(mine.folder)) and reader.is_scattered:
        merge(mine)
    return read
