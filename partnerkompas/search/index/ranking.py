"""Which documents answer a query best: BM25F over the fields and forms of a word, on whole arrays.

A word counts once: all its forms in all fields are added up, weighted, before the sum is flattened (Robertson and
Zaragoza, "The Probabilistic Relevance Framework", 2009). How rare it is says its form as written, so that a stem or a
part that is everywhere does not make a word worthless. With one form of one field the order is that of Whoosh's BM25F.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.document import WRITTEN
from partnerkompas.search.index.postings import IndexPostings, Part, starts_in_sequence
from partnerkompas.search.index.segment import Segment
from partnerkompas.search.words import WHERE, Bits, Named, Numbered, Phrase, Query, Term, Word, found, matching, settled

Scores = NDArray[np.float64]
Documents = NDArray[np.integer[Any]]


class Hit(NamedTuple):
    """A document and how well it answers; only the order means something."""

    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts for how much. Tuned by bench/relevance.py on half of its queries, reported on the other half."""

    fields: Mapping[str, float] = field(default_factory=lambda: {"name": 15.0, "text": 1.0, "prose": 1.0})
    forms: Mapping[str, float] = field(
        default_factory=lambda: {"exact": 1.0, "dutch": 0.2, "english": 0.05, "concept": 0.5, "part": 0.2}
    )
    longer: float = 0.3
    """A longer word than was typed."""
    sequence: float = 1.0
    """A phrase, or what was typed as one word written apart."""
    together: float = 0.2
    """Two words of the query side by side in a name, as if they were one more word."""
    k1: float = 3.0
    b: Mapping[str, float] = field(default_factory=lambda: {"name": 0.75, "text": 0.65, "prose": 0.65})


WEIGHTS = Weights()


class Found(NamedTuple):
    """Where something was found in a field: documents (of all segments in a row), how often, and what that weighs."""

    index_field: str
    documents: Documents
    often: Documents
    weight: float
    written: bool = False
    """As it was typed."""


class Ranking:
    """The documents of one kind in one Reader, ready to be ranked. Threads may share it."""

    def __init__(self, segments: Sequence[Segment], numbers: Sequence[NDArray[np.int64]]) -> None:
        starts = np.cumsum([0, *(segment.size for segment in segments)])
        self._rows = list(zip(starts.tolist(), segments, strict=False))
        """The row of the first document of each segment; all documents stand in one row."""
        self.numbers = np.concatenate([np.empty(0, np.int64), *numbers])
        self.alive = self.numbers >= 0
        self.size = int(self.alive.sum())
        places = np.where(self.alive, np.arange(len(self.alive)), -1)
        parts = zip(segments, np.split(places, starts[1:-1]) if segments else [], strict=True)
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
        total = np.sum([self.scores(self._found(term, weights), weights) for term in query.telling], axis=0)
        if any_term:
            possible = (total > 0) & ~self.flags(self._refused(query))
        else:
            possible = self.flags(found(query, self.postings, self.everyone))
        words = [word for term in query.telling for word in words_of(term)]
        for pair in pairwise(words):
            total += weights.together * self.scores(self._sequence(pair, 1.0, WRITTEN[:1]), weights)
        rows = np.flatnonzero(possible & self.alive)
        if len(rows) > limit > 0:
            worst = np.partition(total[rows], -limit)[-limit]  # sorting all of them takes ten times as long
            rows = rows[total[rows] >= worst]
        best = rows[np.lexsort((self.numbers[rows], -total[rows]))[:limit]]
        return [Hit(int(self.numbers[row]), float(total[row])) for row in best]

    def scores(self, everywhere: Iterable[Found], weights: Weights) -> Scores:
        """What one thing that is asked for adds to the score of each document."""
        weight, written = np.zeros(len(self.alive)), np.zeros(len(self.alive), np.bool_)
        for index_field, documents, often, factor, as_written in everywhere:
            name = index_field.split("_")[0]
            norm = self._norm(index_field, weights.b[name])
            weight[documents] += factor * weights.fields[name] * often / norm[documents]
            written[documents] |= as_written
        weight[~self.alive] = 0
        having = int(np.count_nonzero(written & self.alive) or np.count_nonzero(weight))
        rarity = np.log1p((self.size - having + 0.5) / (having + 0.5))
        scores: Scores = rarity * weight * (weights.k1 + 1) / (weight + weights.k1)
        return scores

    def _found(self, term: Term, weights: Weights) -> Iterator[Found]:
        """Everything by which a term is found."""
        match term:
            case Phrase(tokens):
                yield from self._sequence(tokens, weights.sequence)
            case Named(concepts, words):
                for concept in concepts:
                    yield from self._lookup("concept", concept, weights)
                for word in words:
                    yield from self._found(word, weights)
            case Numbered(_of, number):
                yield from self._found(number, weights)
            case Word():
                directly = list(self._directly(term, weights))
                yield from directly
                if not directly:
                    for part in term.parts:
                        yield from self._found(part, weights)

    def _directly(self, word: Word, weights: Weights) -> Iterator[Found]:
        for form, token in word.lookups:
            yield from self._lookup(form, token, weights)
        if settled(word, self.postings).prefix:
            yield from self._longer(word.text, weights.longer)
        if len(word.sequence) > 1:
            yield from self._sequence(word.sequence, weights.sequence)

    def _lookup(self, form: str, token: str, weights: Weights) -> Iterator[Found]:
        for name in WHERE[form]:
            for start, segment in self._rows:
                held = segment.postings(f"{name}_{form}", token)
                if held is not None:
                    often, written = held.frequencies(), form in ("exact", "concept")
                    yield Found(f"{name}_{form}", held.ids + start, often, weights.forms[form], written)

    def _longer(self, text: str, weight: float) -> Iterator[Found]:
        for index_field in WRITTEN:
            for start, segment in self._rows:
                for word, held in segment.words(index_field, text):
                    if word != text:
                        yield Found(index_field, held.ids + start, held.frequencies(), weight)

    def _sequence(
        self, tokens: tuple[str, ...], weight: float, index_fields: Sequence[str] = WRITTEN
    ) -> Iterator[Found]:
        for index_field in index_fields:
            for start, segment in self._rows:
                ids, often = np.unique(starts_in_sequence(segment, index_field, tokens) >> 32, return_counts=True)
                if len(ids):
                    yield Found(index_field, ids + start, often, weight, True)

    def _norm(self, index_field: str, b: float) -> Scores:
        """How much longer than usual a field of each document is, softened by b."""
        known = self._norms.get((index_field, b))
        if known is None:
            lengths = np.concatenate([segment.lengths(index_field) for _start, segment in self._rows]).astype(float)
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


def words_of(term: Term) -> tuple[str, ...]:
    """The words of a term as typed."""
    match term:
        case Phrase(tokens):
            return tokens
        case Named(_concepts, words):
            return tuple(word.text for word in words)
        case Numbered(_of, number):
            return (number.text,)
        case Word(text):
            return (text,)


def bits_of(flags: NDArray[np.bool_]) -> Bits:
    """The set of those that are true."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
