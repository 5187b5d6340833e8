"""What a visitor finds, and what the index knows, in the application of a test."""

from datetime import date
from pathlib import Path

from flask import Flask

from partnerkompas.config import Settings
from partnerkompas.infra import outbox
from partnerkompas.infra.db import db
from partnerkompas.search import index, sync
from partnerkompas.search.asking import found_by_words
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.words import parse
from tests.search.made_up import value_counts

TODAY = date(2026, 11, 22)


def folder(app: Flask) -> Path:
    settings: Settings = app.extensions["settings"]
    return settings.index_folder


def last() -> int:
    with sync.committed_only():
        return outbox.last_number(db.session)


def snapshot(as_of: date | None = None) -> Snapshot:
    """What is counted with now, or for an earlier day."""
    return sync.ready(as_of).snapshot


def found(q: str) -> set[str]:
    """Whom a visitor finds by words."""
    ready = sync.ready()
    bits = found_by_words(ready, parse(q, ready.lexicon))
    return {ready.snapshot.firms[place].slug for place in ready.snapshot.sorted(bits, "neutraal")}


def products() -> dict[str, int]:
    ready = snapshot()
    return value_counts(ready, FacetKey("producten"), ready.everyone)


def applied(app: Flask) -> tuple[int, date]:
    """What the words index knows: the last outbox row and the day; (-1, the first day) when it cannot be used."""
    reader = index.open_reader(folder(app))
    return (reader.applied.number, reader.applied.day) if reader else (-1, date.min)


def indexed(app: Flask) -> dict[int, set[str]]:
    """The exact words of every partner in the index."""
    reader = index.open_reader(folder(app))
    assert reader is not None
    return {
        number: {word for field, words in fields.items() if field.endswith("_exact") for word in words}
        for number, fields in reader.documents("partner").items()
    }
