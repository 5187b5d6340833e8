"""Which documents answer a query best: BM25F over the fields and forms of a word, on whole arrays.

A word counts once: all its forms in all fields are added up, weighted, before the sum is flattened (Robertson and
Zaragoza, "The Probabilistic Relevance Framework", 2009). Rarity is that of the word in any form. With one form of one
field that is what Whoosh's own BM25F gives.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.document import PLACED
from partnerkompas.search.index.postings import IndexPostings, Part, starts_in_sequence
from partnerkompas.search.index.segment import Segment
from partnerkompas.search.words import FIELDS, Bits, Named, Phrase, Query, Term, Word, found, matching

Scores = NDArray[np.float64]
Documents = NDArray[np.integer[Any]]


class Hit(NamedTuple):
    """A document and how well it answers; only the order means something."""

    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts for how much. Tuned by bench/relevance.py on half of its queries, reported on the other half."""

    fields: Mapping[str, float] = field(default_factory=lambda: {"name": 3.0, "text": 1.0})
    forms: Mapping[str, float] = field(
        default_factory=lambda: {"exact": 1.0, "dutch": 0.6, "english": 0.2, "concept": 0.6, "part": 0.3}
    )
    prefix: float = 0.3
    """A longer word than was typed."""
    sequence: float = 1.0
    """Words one after the other as they were typed."""
    k1: float = 1.2
    b: Mapping[str, float] = field(default_factory=lambda: {"name": 0.75, "text": 0.75})
    coordination: float = 1.0
    """How much it costs, where any word will do, not to have the others: 0 is nothing."""


WEIGHTS = Weights()


class Found(NamedTuple):
    """Where something was found in a field: documents (of all segments in a row), how often, and what that weighs."""

    index_field: str
    documents: Documents
    often: Documents
    weight: float


class Ranking:
    """The documents of one kind in one Reader, ready to be ranked. Threads may share it."""

    def __init__(self, segments: Sequence[Segment], numbers: Sequence[NDArray[np.int64]]) -> None:
        self._segments = segments
        self._starts = np.cumsum([0, *(segment.size for segment in segments)])
        self.numbers = np.concatenate([np.empty(0, np.int64), *numbers])
        self.alive = self.numbers >= 0
        self.size = int(self.alive.sum())
        places = np.where(self.alive, np.arange(len(self.alive)), -1).astype(np.int32)
        parts = zip(segments, np.split(places, self._starts[1:-1]) if segments else [], strict=True)
        self.postings = IndexPostings(Part(*part) for part in parts)
        self._norms: dict[tuple[str, float], Scores] = {}

    @cached_property
    def everyone(self) -> Bits:
        """All documents of the kind; bit n is the document at row n."""
        return bits_of(self.alive)

    def rank(self, query: Query, limit: int, weights: Weights, any_term: bool) -> list[Hit]:
        """The best documents, the best first; those that are equally good by their number."""
        if not self.size or not query.must:
            return []
        terms = [self.scores(term, weights) for term in query.must]
        total = np.sum([scores for scores, _rarity in terms], axis=0)
        if any_term:
            rarity = sum(rarity for _scores, rarity in terms)
            having = np.sum([(scores > 0) * rarity for scores, rarity in terms], axis=0) / rarity
            total *= having**weights.coordination
            possible = (total > 0) & ~self.flags(self._refused(query))
        else:
            possible = self.flags(found(query, self.postings, self.everyone))
        rows = np.flatnonzero(possible & self.alive)
        best = rows[np.lexsort((self.numbers[rows], -total[rows]))[:limit]]
        return [Hit(int(self.numbers[row]), float(total[row])) for row in best]

    def scores(self, term: Term, weights: Weights) -> tuple[Scores, float]:
        """What a term adds to the score of each document, and how rare it is."""
        weight = np.zeros(len(self.alive))
        for index_field, documents, often, factor in self._found(term, weights):
            name = index_field.split("_")[0]
            norm = self._norm(index_field, weights.b[name])
            np.add.at(weight, documents, factor * weights.fields[name] * often / norm[documents])
        weight[~self.alive] = 0
        having = int(np.count_nonzero(weight))
        rarity = float(np.log(self.size / (having + 1)) + 1)
        return rarity * weight * (weights.k1 + 1) / (weight + weights.k1), rarity

    def _found(self, term: Term, weights: Weights) -> Iterator[Found]:
        """Everything by which a term is found."""
        match term:
            case Phrase(tokens):
                yield from self._sequence(tokens, weights.sequence)
            case Named(concepts, words):
                yield from self._lookups([("concept", each) for each in concepts], weights)
                for word in words:
                    yield from self._found(word, weights)
            case Word():
                yield from self._lookups(term.lookups, weights)
                if term.prefix:
                    yield from self._longer(term.text, weights.prefix)
                if len(term.sequence) > 1:
                    yield from self._sequence(term.sequence, weights.sequence)
                if term.parts:
                    for part in term.parts:
                        yield from self._found(part, weights)

    def _lookups(self, lookups: Sequence[tuple[str, str]], weights: Weights) -> Iterator[Found]:
        for form, token in lookups:
            for name in FIELDS:
                index_field = f"{name}_{form}"
                for start, segment in zip(self._starts, self._segments, strict=False):
                    held = segment.postings(index_field, token)
                    if held is not None:
                        yield Found(index_field, held.ids + start, held.frequencies(), weights.forms[form])

    def _longer(self, text: str, weight: float) -> Iterator[Found]:
        for index_field in PLACED:
            for start, segment in zip(self._starts, self._segments, strict=False):
                for word, held in segment.words(index_field, text):
                    if word != text:
                        yield Found(index_field, held.ids + start, held.frequencies(), weight)

    def _sequence(self, tokens: tuple[str, ...], weight: float) -> Iterator[Found]:
        for index_field in PLACED:
            for start, segment in zip(self._starts, self._segments, strict=False):
                ids, often = np.unique(starts_in_sequence(segment, index_field, tokens) >> 32, return_counts=True)
                if len(ids):
                    yield Found(index_field, ids + start, often, weight)

    def _norm(self, index_field: str, b: float) -> Scores:
        """How much longer than usual a field of each document is, softened by b."""
        known = self._norms.get((index_field, b))
        if known is None:
            lengths = np.concatenate([segment.lengths(index_field) for segment in self._segments]).astype(float)
            usual = lengths[self.alive].mean() or 1.0
            known = self._norms[index_field, b] = 1 - b + b * lengths / usual
        return known

    def _refused(self, query: Query) -> Bits:
        bits = 0
        for term in query.never:
            bits |= matching(term, self.postings)
        return bits

    def flags(self, bits: Bits) -> NDArray[np.bool_]:
        """A set of rows as an array."""
        size = (len(self.alive) + 7) // 8
        packed = np.frombuffer(bits.to_bytes(size, "little"), np.uint8)
        return np.unpackbits(packed, count=len(self.alive), bitorder="little").astype(np.bool_)


def bits_of(flags: NDArray[np.bool_]) -> Bits:
    """The set of those that are true."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
