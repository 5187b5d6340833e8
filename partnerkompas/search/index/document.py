"""What goes into the index, and what an index knows of itself. Plain values."""

import sys
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from partnerkompas.search.words import FIELDS, FORMS, WHERE, Lexicon, Token, forms
from partnerkompas.search.words import VERSION as ANALYSIS
from partnerkompas.search.words.forms import Forms, forms_of

NUMBERS = 7, ANALYSIS
"""Raise the 7 when the fields or the way they are written change: an older index is then made again, a newer left."""

VERSION = f"{NUMBERS[0]}.{NUMBERS[1]}-{sys.byteorder}"

WRITTEN = tuple(f"{field}_exact" for field in FIELDS)
"""The index fields with words as they are written, in which phrases and beginnings are looked for."""

INDEX_FIELDS = tuple(f"{field}_{form}" for field in FIELDS for form in FORMS if field in WHERE[form])

KINDS = {"partner": 1, "criterion": 2, "experience": 3}
"""Written in the index: never give a number to another kind."""

KIND_BITS = 56
"""So many bits of a key are the number; what is above them is the kind."""

Read = tuple[Forms, int]
"""What a text becomes, by form, and how many places it takes."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is found as one: the partner or criterion with this id, and its words by index field ("name_exact")."""

    kind: str
    number: int
    forms: Mapping[str, Sequence[Token]]

    def __post_init__(self) -> None:
        """Raises KeyError for a field that the index does not have."""
        if unknown := self.forms.keys() - {*INDEX_FIELDS}:
            raise KeyError(*unknown)

    def texts(self, field: str) -> Sequence[Hashable]:
        """What it says in a field: a text of its own, which is not written out."""
        return ((self.kind, self.number, field),)

    def read(self, text: tuple[str, int, str]) -> Read:
        """The words of that text by form, and how many places it takes."""
        return {form: self.forms.get(f"{text[2]}_{form}", ()) for form in FORMS}, 0


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document by its texts in each field ("name"), which it shares with others: the quick way to write many.

    Documents that are written together have one lexicon.
    """

    kind: str
    number: int
    said: Mapping[str, Sequence[str]]
    lexicon: Lexicon

    def texts(self, field: str) -> Sequence[str]:
        """What it says in a field."""
        return self.said.get(field, ())

    def read(self, text: str) -> Read:
        """The words of one of its texts by form, and how many places it takes."""
        return forms_of(text, self.lexicon)

    @property
    def forms(self) -> dict[str, list[Token]]:
        """All its words by index field."""
        return {
            f"{field}_{form}": tokens
            for field in FIELDS
            for form, tokens in forms(self.texts(field), self.lexicon).items()
            if field in WHERE[form]
        }


AnyDocument = Document | TextDocument


@dataclass(frozen=True, slots=True)
class Applied:
    """What an index knows: the last outbox row, the day its answers were judged on, the lexicon it was made with."""

    number: int
    day: date
    lexicon: str
    told_at: str = ""
    """When that outbox row was written: a number alone does not tell one history from another."""


def key(kind: str, number: int) -> int:
    """Kind and number as one number, as a column of the index keeps it. Never 0."""
    return KINDS[kind] << KIND_BITS | number


def first_key(kind: str) -> int:
    """What to take from the key of a document of this kind to get its number."""
    return KINDS[kind] << KIND_BITS


def by_key(documents: Iterable[AnyDocument]) -> dict[int, AnyDocument]:
    """Documents by key; of two with one key the last counts."""
    return {key(document.kind, document.number): document for document in documents}
