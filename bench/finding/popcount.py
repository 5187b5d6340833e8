"""The least that counting can cost: one bit a partner and value, and `numpy.bitwise_count` over all of it.

It works out the true answer to a request by itself, from the market and not from any index, so it is also what the
engines are compared with before they are timed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.finding.criteria import edition
from bench.finding.market import Trader
from bench.finding.requests import Answer, Wanted, value_facets
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question

Packed = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who has which value; the rows of one facet stand together, those of all questions before those per product."""

    rows: dict[str, tuple[slice, tuple[str, ...]]]
    values: Packed
    words: dict[str, Packed]
    numbers: dict[str, NDArray[np.float64]]
    size: int
    counted: int
    """How many rows, from the first on, are the values that every request wants counted."""


def every_facet() -> list[tuple[str, Question]]:
    """Every facet there is with its question: all questions with values first, then those per product."""
    listed = edition().products
    products = [option.code for option in listed.options] if listed else []
    each = [edition().by_key[key] for key in value_facets()]
    found = [(question.key, question) for question in each]
    return found + [
        (f"{question.key}@{product}", question) for question in each if question.per_product for product in products
    ]


def build(size: int, partners: Iterable[Trader]) -> Matrix:
    rows: dict[str, tuple[slice, tuple[str, ...]]] = {}
    position: dict[tuple[str, str], int] = {}
    for facet, question in every_facet():
        codes = tuple(bucket.code for bucket in kind_of(question).choices(question, "nl"))
        rows[facet] = slice(len(position), len(position) + len(codes)), codes
        position.update({(facet, code): len(position) + n for n, code in enumerate(codes)})
    holders: list[list[int]] = [[] for _row in position]
    words: dict[str, list[int]] = {}
    numbers = {key: np.full(size, np.nan) for key in edition().by_key}
    for place, partner in enumerate(partners):
        for facet, codes_had in partner.facets().items():
            for code in codes_had:
                holders[position[facet, code]].append(place)
        for word in partner.words():
            words.setdefault(word, []).append(place)
        for key, number in partner.numbers().items():
            numbers[key][place] = number
    return Matrix(
        rows,
        np.stack([packed(places, size) for places in holders]),
        {word: packed(places, size) for word, places in words.items()},
        numbers,
        size,
        rows[value_facets()[-1]][0].stop,
    )


def packed(places: Iterable[int] | NDArray[np.bool_], size: int) -> Packed:
    """A set of positions, or a mask of them, as bits in 64-bit words."""
    mask = places if isinstance(places, np.ndarray) else np.zeros(size, bool)
    if not isinstance(places, np.ndarray):
        mask[list(places)] = True
    padded = np.zeros(-(-size // 64) * 64, bool)
    padded[:size] = mask
    return np.packbits(padded, bitorder="little").view(np.uint64)


def bases(matrix: Matrix, wanted: Wanted) -> tuple[Packed, dict[str, Packed]]:
    """Who matches, and for each chosen facet who would without that choice."""
    nobody = packed((), matrix.size)
    rest = packed(range(matrix.size), matrix.size)
    for word in wanted.words:
        rest = rest & matrix.words.get(word, nobody)
    for key, low, high in wanted.bounds():
        rest = rest & packed((matrix.numbers[key] >= low) & (matrix.numbers[key] <= high), matrix.size)
    having: dict[str, Packed] = {}
    for facet, codes in wanted.chosen.items():
        where, all_codes = matrix.rows[facet]
        chosen = [where.start + all_codes.index(code) for code in codes]
        having[facet] = np.bitwise_or.reduce(matrix.values[chosen], axis=0)
    everything = np.bitwise_and.reduce([rest, *having.values()], axis=0)
    without = {
        facet: np.bitwise_and.reduce([rest, *(bits for other, bits in having.items() if other != facet)], axis=0)
        for facet in having
    }
    return everything, without


def counting(matrix: Matrix, wanted: Wanted) -> Callable[[], list[NDArray[np.int64]]]:
    """Counts the values of one request whose bases are known: what is timed as "popcount alone"."""
    everything, without = bases(matrix, wanted)
    own = [(matrix.values[matrix.rows[facet][0]], base) for facet, base in without.items()]
    every = matrix.values[: matrix.counted]

    def count() -> list[NDArray[np.int64]]:
        return [
            np.bitwise_count(values & base).sum(axis=1, dtype=np.int64) for values, base in [(every, everything), *own]
        ]

    return count


def truth(matrix: Matrix, wanted: Wanted) -> Answer:
    """What every engine must answer."""
    everything, without = bases(matrix, wanted)
    counts: dict[str, dict[str, int]] = {}
    for facet in wanted.facets():
        where, codes = matrix.rows[facet]
        found = np.bitwise_count(matrix.values[where] & without.get(facet, everything)).sum(axis=1)
        counts[facet] = {code: int(n) for code, n in zip(codes, found, strict=True) if n}
    return Answer(int(np.bitwise_count(everything).sum()), counts)
