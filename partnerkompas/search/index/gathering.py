"""Turn documents into postings by their texts: a market has many documents and few different texts.

Each different text is taken apart once. A document is kept as the numbers of its texts; what each word comes to follows
for all documents together, with numpy, from the texts that hold the word and the documents that hold the text.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import encoded
from partnerkompas.search.index.document import AnyDocument, Read
from partnerkompas.search.words import FIELDS, FORMS, WHERE, Token, room

Numbers = NDArray[np.uint32]
Whole = NDArray[np.int64]


class Posted(NamedTuple):
    """One word in one field: its documents ascending, how often it is in each, and where."""

    word: bytes
    ids: Numbers
    counts: Numbers
    places: Numbers
    most: int
    """The highest count."""


@dataclass(slots=True)
class _Tokens:
    """The tokens of all texts in one form, text by text, each text in the order of its places."""

    numbers: dict[str, int] = field(default_factory=dict)
    """Each different token with its number."""
    tokens: "array[int]" = field(default_factory=lambda: array("I"))
    places: "array[int]" = field(default_factory=lambda: array("I"))
    ends: "array[int]" = field(default_factory=lambda: array("Q", [0]))
    """Where each text ends and the next begins."""

    def add(self, tokens: Sequence[Token]) -> None:
        """The tokens of one more text."""
        for text, place in sorted(tokens, key=attrgetter("position")):
            self.tokens.append(self.numbers.setdefault(text, len(self.numbers)))
            self.places.append(place)
        self.ends.append(len(self.tokens))

    def sizes(self) -> Whole:
        """How many tokens each text has."""
        return np.diff(_whole(self.ends))

    def ranked(self) -> tuple[list[bytes], Numbers]:
        """The different tokens in the order of their bytes, and the tokens of all texts by their places in it."""
        words = [*map(encoded, self.numbers)]
        order = sorted(range(len(words)), key=words.__getitem__)
        ranks = np.empty(len(words), np.uint32)
        ranks[order] = np.arange(len(words))
        return [words[each] for each in order], ranks[_numbers(self.tokens)]


@dataclass(slots=True)
class _Said:
    """The numbers of the texts of all documents in one field, document by document."""

    texts: "array[int]" = field(default_factory=lambda: array("I"))
    ends: "array[int]" = field(default_factory=lambda: array("Q", [0]))

    def add(self, texts: Iterable[int]) -> None:
        """The texts of one more document."""
        self.texts.extend(texts)
        self.ends.append(len(self.texts))

    def starts(self, places: Whole) -> Whole:
        """The place at which each text starts in its document, by how many places a text takes."""
        start = _until(room(places[_numbers(self.texts)]))
        ends = _whole(self.ends)
        return start[:-1] - np.repeat(start[ends[:-1]], np.diff(ends))


class Gathered:
    """Documents on their way to a segment."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        """The key of each document."""
        self.occurrences = 0
        """How many words they have in all fields together."""
        self._texts: dict[Hashable, int] = {}
        self._sizes: dict[str, list[int]] = {name: [] for name in FIELDS}
        """For each field how many words each text comes to in it."""
        self._places = array("I")
        self._forms = {form: _Tokens() for form in FORMS}
        self._said = {name: _Said() for name in FIELDS}

    def add(self, its_key: int, document: AnyDocument) -> None:
        """One more document with its words."""
        self.keys.append(its_key)
        known = self._texts
        for name, said in self._said.items():
            texts = document.texts(name)
            for text in texts:
                if text not in known:
                    known[text] = self._taken_apart(document.read, text)
            numbers = [known[text] for text in texts]
            said.add(numbers)
            self.occurrences += sum(map(self._sizes[name].__getitem__, numbers))

    def _taken_apart(self, read: Callable[[Any], Read], text: Hashable) -> int:
        forms, places = read(text)
        for form, tokens in self._forms.items():
            tokens.add(forms.get(form, ()))
        self._places.append(places)
        for name, sizes in self._sizes.items():
            sizes.append(sum(len(tokens) for form, tokens in forms.items() if name in WHERE[form]))
        return len(self._places) - 1

    def lengths(self) -> dict[str, list[int]]:
        """How many words each document has, by index field."""
        return {
            f"{name}_{form}": np.diff(_until(tokens.sizes()[_numbers(said.texts)])[_whole(said.ends)]).tolist()
            for name, said in self._said.items()
            for form, tokens in self._forms.items()
            if name in WHERE[form]
        }

    def postings(self, index_field: str) -> Iterator[Posted]:
        """The words of an index field in the order of their bytes, each with its postings."""
        name, form = index_field.rsplit("_", 1)
        words, ranks = self._forms[form].ranked()
        occurred = self._occurrences(name, form, ranks)
        new_word = _begins(occurred.words)
        firsts = np.flatnonzero(new_word | _begins(occurred.documents))
        if not len(firsts):
            return
        ids, counts = occurred.documents[firsts], np.diff(firsts, append=len(new_word)).astype(np.uint32)
        begins = np.flatnonzero(new_word[firsts])
        most = np.maximum.reduceat(counts, begins).tolist()
        spans = pairwise([*begins.tolist(), len(firsts)])
        stretches = pairwise([*firsts[begins].tolist(), len(new_word)])
        numbers = occurred.words[firsts[begins]].tolist()
        for number, (start, end), (first, last), highest in zip(numbers, spans, stretches, most, strict=True):
            yield Posted(words[number], ids[start:end], counts[start:end], occurred.places[first:last], highest)

    def _occurrences(self, name: str, form: str, ranks: Numbers) -> "_Occurrences":
        """Every word of every document in a field and form, ordered by word, document and place."""
        said, tokens = self._said[name], self._forms[form]
        texts, sizes = _numbers(said.texts), tokens.sizes()
        many = sizes[texts]
        at = np.arange(many.sum())
        at += np.repeat(_whole(tokens.ends)[texts] - _until(many)[:-1], many)
        places = _numbers(tokens.places)[at]
        places += np.repeat(said.starts(_whole(self._places)).astype(np.uint32), many)
        words = ranks[at]
        del at  # these are the largest arrays of a building: none is kept longer than it must
        # Documents, their texts and the places in a text ascend already, so a stable sort by word keeps that order.
        order = np.argsort(words.astype(np.uint16) if len(tokens.numbers) <= 1 << 16 else words, kind="stable")
        documents = np.repeat(np.arange(len(self.keys), dtype=np.uint32), np.diff(_whole(said.ends)))
        return _Occurrences(words[order], np.repeat(documents, many)[order], places[order])


class _Occurrences(NamedTuple):
    """One row for each time that a word stands in a document."""

    words: Numbers
    documents: Numbers
    places: Numbers


def _begins(numbers: Numbers) -> NDArray[np.bool_]:
    """Where another number begins than the one before."""
    found = np.ones(len(numbers), np.bool_)
    found[1:] = numbers[1:] != numbers[:-1]
    return found


def _until(sizes: Whole) -> Whole:
    """Where each of some stretches begins, and where the last ends."""
    return np.append(0, np.cumsum(sizes))


def _numbers(numbers: "array[int]") -> Numbers:
    return np.frombuffer(numbers, np.uint32) if numbers else np.empty(0, np.uint32)


def _whole(numbers: "array[int]") -> Whole:
    return np.array(numbers, np.int64)
