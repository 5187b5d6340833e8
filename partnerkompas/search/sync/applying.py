"""Applying what waits in the outbox to the words index and the snapshot, and making both anew.

One process at a time writes, under a lock. Whatever is killed half-way leaves the generation of before in use, and the
next to come applies the same rows again: each partner is read by id from current truth, so twice does no harm.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from time import monotonic, sleep, time
from typing import Any

from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import outbox
from partnerkompas.infra.db import db
from partnerkompas.partners import queries as partners
from partnerkompas.search import index
from partnerkompas.search.index import Applied, IndexBusy, IndexUnwritable, Reader
from partnerkompas.search.snapshot import Column, Snapshot, files
from partnerkompas.search.snapshot.files import Saved, Torn
from partnerkompas.search.sync import generation, reading
from partnerkompas.search.sync.generation import PARTS
from partnerkompas.search.sync.holding import (
    Holding,
    committed_only,
    criterion_documents,
    held_here,
    lexicon_of,
    partner_document,
)
from partnerkompas.search.sync.reading import Change, Target

INLINE = 1000
"""Up to so many partners everything is made anew at once when it must be; more, and it happens beside requests."""
WAIT = 2.0
"""Seconds that a change waits for who is writing the index, before it leaves its rows for later."""
PAUSE = 0.002
"""Seconds between two attempts to be the one who writes."""
TOO_LARGE = 2**63
"""No database can be asked for a number of so many digits."""
BUILDING = "building"
"""Folder with the lock of who makes everything anew."""


class TooManyNow(RuntimeError):
    """The index has to be made anew and that takes too long for a request."""


class MadeByNewer(IndexUnwritable):
    """What is in use is of a newer version of this program; made anew for this one, that one would do the same."""


def held(mine: Holding, *, asked: bool = True) -> Saved | None:
    """The snapshot that the generation file names, with what was loaded before kept; None when it cannot be used.

    `asked`: the database is asked whether it is one of its own.
    """
    for _attempt in range(3):  # a part may be tidied away between reading the file and opening the part
        told = generation.read(mine.folder)
        if told is None or (asked and not _is_of_this_database(told)):
            return None
        with suppress(Torn, KeyError, TypeError):
            edition = criteria.edition_of(str(told["release"]))
            return files.load(mine.folder / PARTS, told, edition, mine.saved)
    return None


def drain(wait: float = WAIT) -> int:
    """Bring index and snapshot up to date; returns how many partners were read again. Harmless when nothing waits.

    Raises IndexBusy when somebody else keeps writing, IndexUnwritable when the folder cannot be written (MadeByNewer is
    one), TooManyNow, OSError when the system has no room to open a file, and SQLAlchemyError. See `failing`.
    """
    mine = held_here()
    with _alone(mine, wait), committed_only():
        return _applied(mine, reading.now())


@contextmanager
def _alone(mine: Holding, seconds: float) -> Iterator[None]:
    """Be the only writer; raises IndexBusy when somebody else still is after some seconds."""
    deadline = monotonic() + seconds
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(index.alone(mine.folder))
                break
            except IndexBusy:
                if monotonic() > deadline:
                    raise
                sleep(PAUSE)
        yield


def _applied(mine: Holding, target: Target) -> int:
    saved, reader, lexicon = held(mine), index.open_reader(mine.folder), lexicon_of(target.edition)
    wanted = Applied(target.number, target.day, lexicon.version, target.told_at)
    change = _change(saved, reader, wanted, target)
    if saved is None or change is None or index.is_anothers(mine.folder):
        return _made_anew(mine, target)
    if (change.columns or change.gone) or reader is None or reader.applied != wanted:
        documents = [partner_document(column, lexicon) for column in change.columns]
        index.update(mine.folder, documents, [("partner", each) for each in change.gone], wanted)
    made = reading.changed(saved.snapshot, change, target)
    if change.columns or change.gone or (made.number, made.day) != (saved.snapshot.number, saved.snapshot.day):
        _publish(mine, made, saved, target.told_at)
    return len(change.columns) + len(change.gone)


def _change(saved: Saved | None, reader: Reader | None, wanted: Applied, target: Target) -> Change | None:
    """What neither index nor snapshot may know yet; None when they must be made anew."""
    if saved is None or reader is None or reader.applied.lexicon != wanted.lexicon:
        return None
    if reader.applied.number > target.number or reader.applied.day > target.day:
        return None
    if not reading.is_of_this_history(reader.applied.number, reader.applied.told_at):
        return None  # who wrote it was killed before the snapshot followed, and then the database was put back
    known, number = saved.snapshot, min(saved.snapshot.number, reader.applied.number)
    return reading.change_since(number, min(known.day, reader.applied.day), known.release, target)


def _made_anew(mine: Holding, target: Target) -> int:
    """Make everything anew while holding the lock, where that is quick."""
    leave_newer(mine)
    if partners.how_many() > INLINE:
        raise TooManyNow("the index is made anew beside the requests")
    columns = reading.columns(None, target)
    index.swap(mine.folder, _built(mine, target, columns))
    _publish(mine, reading.snapshot_of(columns, target), None, target.told_at)
    return len(columns)


def leave_newer(mine: Holding) -> None:
    """Raises MadeByNewer. Only who gives the command to make the index anew means it whatever there is."""
    told = generation.read(mine.folder)
    if index.is_newer(mine.folder) or (told is not None and files.is_newer(told)):
        raise MadeByNewer("the index is of a newer version; `partnerkompas index rebuild` makes it one of this version")


def rebuild(*, unless_known: bool = False) -> int:
    """Make index and snapshot anew beside the old ones while the site serves; returns the number of partners.

    What changes meanwhile is applied to the new ones before they take the place of the old. `unless_known`: not when
    another process did the same just before; raises MadeByNewer when that was a newer version of this program.
    Raises IndexUnwritable too.
    """
    mine = held_here()
    with index.writable():
        index.make_folder(mine.folder)  # whatever stands there
    with index.alone(mine.folder / BUILDING, wait=True):
        if unless_known:
            if known := _known_by_now(mine):
                return known.everyone.bit_count()
            leave_newer(mine)
        with committed_only():
            target = reading.now()
            columns = reading.columns(None, target)
            name, made = _built(mine, target, columns), reading.snapshot_of(columns, target)
        with index.alone(mine.folder, wait=True), committed_only():
            later = reading.now()
            name, made = _caught_up(mine, name, made, target.told_at, later)
            index.swap(mine.folder, name)
            _publish(mine, made, None, later.told_at)
            return made.everyone.bit_count()


def _known_by_now(mine: Holding) -> Snapshot | None:
    """The snapshot in use when it and the index can be brought up to date in a moment."""
    with committed_only():
        target, saved = reading.now(), held(mine)
        wanted = Applied(target.number, target.day, lexicon_of(target.edition).version, target.told_at)
        change = _change(saved, index.open_reader(mine.folder), wanted, target)
    return saved.snapshot if saved and change is not None and not index.is_anothers(mine.folder) else None


def _caught_up(mine: Holding, name: str, made: Snapshot, told_at: str, later: Target) -> tuple[str, Snapshot]:
    """What was built, with what changed while it was; all of it again when the database was put back meanwhile."""
    goes_on = reading.is_of_this_history(made.number, told_at)
    change = reading.change_since(made.number, made.day, made.release, later) if goes_on else None
    if change is None:
        columns = reading.columns(None, later)
        return _built(mine, later, columns), reading.snapshot_of(columns, later)
    lexicon = lexicon_of(later.edition)
    documents = [partner_document(column, lexicon) for column in change.columns]
    gone = [("partner", each) for each in change.gone]
    wanted = Applied(later.number, later.day, lexicon.version, later.told_at)
    index.update(mine.folder, documents, gone, wanted, name=name)
    return name, reading.changed(made, change, later)


def _built(mine: Holding, target: Target, columns: list[Column]) -> str:
    """Write a new index beside the one in use; returns its name."""
    lexicon = lexicon_of(target.edition)
    documents = chain(
        (partner_document(column, lexicon) for column in columns), criterion_documents(target.edition, lexicon)
    )
    with reading.uncollected():
        wanted = Applied(target.number, target.day, lexicon.version, target.told_at)
        return index.build(mine.folder, documents, wanted)


def _publish(mine: Holding, made: Snapshot, before: Saved | None, told_at: str) -> None:
    """Write what is new of a snapshot, then the generation file: from here on every process uses it.

    Raises IndexUnwritable.
    """
    now = time()
    stamp = f"{made.number}-{int(now * 1e6):x}"
    parts, line = (before.parts, before.line) if before else ({}, secrets.token_hex(8))
    with index.writable():
        index.make_folder(mine.folder / PARTS)
        mine.saved = files.save(mine.folder / PARTS, made, parts, stamp, told_at, line)
        generation.write(mine.folder, {**mine.saved.plain(), "written": now})


def _is_of_this_database(told: dict[str, Any]) -> bool:
    """Whether a generation was made from this database: an instance may be copied, a database put back."""
    number = told.get("number")
    if not isinstance(number, int) or not 0 <= number < TOO_LARGE:
        return False
    return told.get("told_at") == outbox.told_at(db.session, number)
