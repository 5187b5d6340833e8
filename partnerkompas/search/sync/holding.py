"""What one application holds of the truth in the database: the generation in use, and some days of the past."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, RLock
from time import monotonic

from flask import current_app

from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.db import look_anew, writing
from partnerkompas.search import document, index, words
from partnerkompas.search.index import Reader
from partnerkompas.search.snapshot import Column, Snapshot, bits_of
from partnerkompas.search.snapshot.files import Saved
from partnerkompas.search.sync.generation import Stamp
from partnerkompas.search.sync.overlaid import Overlaid
from partnerkompas.search.words import Lexicon, Postings

PAST_KEPT = 4
"""How many days of the past are kept ready at once."""
EDITIONS_KEPT = 1 + PAST_KEPT
"""Of so many editions is kept what is made of them: the current one, and those of the days of the past."""

PAST_AT_ONCE = 2
"""So many requests may read a day of the past or wait to: more would leave no thread for all the others."""

PAUSE = 30.0
"""Seconds in which the index is left alone after it could not be written, so that not every request tries."""


@dataclass(frozen=True)
class Ready:
    """One moment of the catalogue: a request holds one from start to end."""

    snapshot: Snapshot
    lexicon: Lexicon
    reader: Reader | None
    """The words of this moment; None while the index cannot be used, and for the past."""
    columns: tuple[Column, ...] = ()
    """Partners whose words are looked up here: all of them without a reader, else those it does not know yet."""
    behind: bool = False
    """The words are of a moment ago, or come from the database: the page says so."""
    told_at: str = ""
    """When the last outbox row it knows of was written: a number alone does not tell one database from another."""
    line: str = ""
    """The same for all moments that were made by changing one whole reading: what was read of a partner at a number is
    the same in all of these."""
    stamp: Stamp | None = None
    """The generation file as it was when this was loaded, or made instead of it."""

    @cached_property
    def postings(self) -> Postings:
        """Where words are looked up."""
        firms = self.snapshot.firms
        here = [(firms.place_of_id[each.id], each) for each in self.columns if each.id in firms.place_of_id]
        texts = ((place, {"name": each.names, "text": each.texts}) for place, each in here)
        if self.reader is None:
            return words.Memory.of(texts, self.lexicon)
        indexed = self.reader.postings("partner", firms.place_by_id)
        moved = bits_of((place for place, _column in here), len(firms))
        return Overlaid(indexed, words.Memory.of(texts, self.lexicon), moved) if here else indexed


@dataclass
class Holding:
    """What one application holds."""

    folder: Path
    news_seconds: float
    lock: RLock = field(default_factory=RLock)
    saved: Saved | None = None
    ready: Ready | None = None
    looked_at: float = float("-inf")
    """When the database was last asked for news."""
    not_before: float = float("-inf")
    """When the index may be written again, after it could not be."""
    rebuilding: Event = field(default_factory=Event)
    merging: Event = field(default_factory=Event)
    past_lock: Lock = field(default_factory=Lock)
    past_turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PAST_AT_ONCE))
    past: "OrderedDict[date, Ready]" = field(default_factory=OrderedDict)
    lexicons: dict[int, tuple[Edition, Lexicon]] = field(default_factory=dict)
    """By the identity of the edition, which is held so that no other can take it."""

    def leave_index_alone(self) -> None:
        """It could not be written: do not try again at once."""
        self.not_before = monotonic() + PAUSE


def held_here() -> Holding:
    """What the application of this moment holds."""
    found: Holding = current_app.extensions["search"]
    return found


@contextmanager
def committed_only() -> Iterator[None]:
    """A session of its own, in which only what is committed can be seen, and all of that as of one moment."""
    token = writing.set(False)
    try:
        with current_app.app_context():
            look_anew()
            yield
    finally:
        writing.reset(token)


def lexicon_of(edition: Edition) -> Lexicon:
    """The words that an edition knows; made once for each edition."""
    held = held_here().lexicons
    if id(edition) not in held:
        held[id(edition)] = edition, words.lexicon_of(edition)
    return held[id(edition)][1]


def partner_document(column: Column, lexicon: Lexicon) -> index.TextDocument:
    """What the index holds of a partner."""
    return index.TextDocument("partner", column.id, {"name": column.names, "text": column.texts}, lexicon)


def criterion_documents(edition: Edition, lexicon: Lexicon) -> Iterator[index.TextDocument]:
    """What the index holds of the criteria, each numbered by its place in the edition."""
    for place, question in enumerate(edition.questions):
        yield index.TextDocument("criterion", place, document.texts_about(question), lexicon)
