"""What goes into the index, and what an index knows of itself. Plain values."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from partnerkompas.search.words import FIELDS, FORMS, Token

VERSION = f"4-{sys.byteorder}"
"""Raise the number when the fields or the way they are written change: an older index is then made again."""

PLACED = tuple(f"{field}_exact" for field in FIELDS)
"""The index fields that keep where each word stands, for phrases."""

INDEX_FIELDS = tuple(f"{field}_{form}" for field in FIELDS for form in FORMS)

KINDS = {"partner": 1, "criterion": 2, "experience": 3}
"""Written in the index: never give a number to another kind."""

_KIND_BITS = 56


@dataclass(frozen=True, slots=True)
class Document:
    """What is found as one: the partner or criterion with this id, and its words by index field ("name_exact")."""

    kind: str
    number: int
    forms: Mapping[str, Sequence[Token]]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an index knows: the last outbox row, the day its answers were judged on, the lexicon it was made with."""

    number: int
    day: date
    lexicon: str


def key(kind: str, number: int) -> int:
    """Kind and number as one number, as a column of the index keeps it. Never 0."""
    return KINDS[kind] << _KIND_BITS | number


def first_key(kind: str) -> int:
    """What to take from the key of a document of this kind to get its number."""
    return KINDS[kind] << _KIND_BITS


def by_key(documents: Iterable[Document]) -> dict[int, Document]:
    """Documents by key; of two with one key the last counts."""
    return {key(document.kind, document.number): document for document in documents}
