"""Which documents hold what, as sets of places: Python numbers of which bit n is the document at place n."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import Held
from partnerkompas.search.index.document import WRITTEN
from partnerkompas.search.index.segment import Segment
from partnerkompas.search.words import FIELDS, TEXT_BITS, WHERE, Bits, Word

PlaceOf = Mapping[int, int] | NDArray[np.integer[Any]]

_MOST_BYTES = 32 * 1024 * 1024
"""What is remembered of one set of postings; then it starts anew."""


class Part(NamedTuple):
    """A segment, and the place of each of its documents; -1 for one that must not be seen.

    Places are as numpy itself counts: narrower ones it would convert each time.
    """

    segment: Segment
    places: NDArray[np.intp]


class IndexPostings:
    """The postings of one kind of document. What it was asked before it remembers; threads may share it."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = [part for part in parts if len(part.places) and part.places.max() >= 0]
        self._size = max((int(part.places.max()) + 1 for part in self._parts), default=0)
        self._known: dict[Hashable, Bits] = {}
        self._bytes = 0

    def having(self, *tokens: tuple[str, str]) -> Bits:
        """The documents that hold any of some tokens, each given with its field."""
        return self._remembered(tokens, lambda segment: _ids(segment.having(tokens)))

    def starting_with(self, text: str) -> Bits:
        """The documents that hold, in the exact form of any field, a token that starts so."""
        return self._remembered(text, lambda segment: _ids(segment.beginning(WRITTEN, text)))

    def in_sequence(self, tokens: Iterable[str]) -> Bits:
        """The documents that hold, in the exact form of one field, these tokens at successive places."""
        row = tuple(tokens)
        if not row:
            return 0
        return self._remembered(
            row, lambda segment: [starts_in_sequence(segment, field, row) >> 32 for field in WRITTEN]
        )

    def together(self, words: tuple[Word, ...]) -> Bits:
        """The documents of which one text has each of these words itself."""
        return self._remembered(words, lambda segment: [_together(segment, name, words) for name in FIELDS])

    def _remembered(self, asked: Hashable, found: Callable[[Segment], list[NDArray[Any]]]) -> Bits:
        bits = self._known.get(asked)
        if bits is None:
            bits = self._bits([part.places.take(ids) for part in self._parts for ids in found(part.segment)])
            if self._bytes > _MOST_BYTES:
                self._known, self._bytes = {}, 0
            self._known[asked] = bits
            self._bytes += 1_000 + bits.bit_length() // 8
        return bits

    def _bits(self, places: list[NDArray[np.intp]]) -> Bits:
        if not places:
            return 0
        flags = np.zeros(self._size + 1, np.bool_)  # one more, for -1
        for some in places:
            flags[some] = True
        return int.from_bytes(np.packbits(flags[:-1], bitorder="little").tobytes(), "little")


def _ids(held: Iterable[Held]) -> list[NDArray[Any]]:
    return [each.ids for each in held]


def _together(segment: Segment, name: str, words: tuple[Word, ...]) -> NDArray[np.int64]:
    """The documents of a segment with a text in a field that has each of some words."""
    texts = [np.unique(_occurrences(segment, name, word) >> TEXT_BITS) for word in words]
    return reduce(np.intersect1d, sorted(texts, key=len)) >> 32 - TEXT_BITS


def _occurrences(segment: Segment, name: str, word: Word) -> NDArray[np.int64]:
    """Where a word itself stands in a field: document and place as one number, in any order."""
    every = [segment.postings(f"{name}_{form}", token) for form, token in word.lookups if name in WHERE[form]]
    if word.prefix:
        every += segment.beginning([f"{name}_exact"], word.text)
    found = [held.occurrences() for held in every if held is not None]
    if len(word.sequence) > 1:
        found.append(starts_in_sequence(segment, f"{name}_exact", word.sequence))
    return np.concatenate([np.empty(0, np.int64), *found])


def starts_in_sequence(segment: Segment, field: str, tokens: tuple[str, ...]) -> NDArray[np.int64]:
    """Where in a segment tokens stand one after the other: document and place of each first one, as one number."""
    every = [held for held in (segment.postings(field, token) for token in tokens) if held is not None]
    if len(every) < len(tokens):
        return np.empty(0, np.int64)
    starts = [held.occurrences() - step for step, held in enumerate(every)]
    return reduce(_both, sorted(starts, key=len))


def _both(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """What is in two ascending arrays, of which the left is the shorter."""
    at = np.searchsorted(right, left)
    at[at == len(right)] = 0
    both: NDArray[np.int64] = left[right[at] == left]
    return both
