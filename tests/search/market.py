"""What a visitor finds, and what the index knows, in the application of a test."""

from datetime import date
from pathlib import Path

from flask import Flask

from partnerkompas.config import Settings
from partnerkompas.infra import outbox
from partnerkompas.infra.db import db
from partnerkompas.search import sync
from partnerkompas.search.request import FacetKey
from partnerkompas.search.words import parse

TODAY = date(2026, 11, 22)


def folder(app: Flask) -> Path:
    settings: Settings = app.extensions["settings"]
    return settings.index_folder


def last() -> int:
    with sync._committed():
        return outbox.last_number(db.session)


def found(q: str) -> set[str]:
    """Whom a visitor finds by words."""
    ready = sync.snapshot()
    bits = sync.found_by_words(ready, query_words(q))
    return {ready.firms[place].slug for place in ready.sorted(bits, "neutraal")}


def products() -> dict[str, int]:
    ready = sync.snapshot()
    return {code: n for code, n in value_counts(ready, FacetKey("producten"), ready.everyone).items() if n}
