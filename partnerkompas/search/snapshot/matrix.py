"""Who stands under which value: one bit for each row and partner, counted by the machine word.

The matrix lies by word: line w holds, for every row, the 64 partners from 64·w on. So a changed partner touches one
line, a small set of partners is counted by reading only its own lines, and a new partner adds to the last line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from partnerkompas.answers.models import State
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot.bits import WORD, Bits, Words, as_words, words_for
from partnerkompas.search.snapshot.columns import RowName
from partnerkompas.search.snapshot.marked import Marked

Lines = npt.NDArray[np.uint64]
"""Line w, row r: which of the 64 partners from 64·w on stand in row r."""

Counts = npt.NDArray[np.int64]

BLOCK = 32
"""How many lines are compared in one go, so that what is in between stays in the cache of the processor."""

MOST_ADDED = 1_000
"""How many lines are added up in 16 bits: each adds 64 at most."""

FEW = 0.8
"""The share of lines below which taking them out first costs less than counting all."""

NARROW = 100
"""Up to so many rows are turned on their side to be counted."""

UNBUFFERED = 16
"""The buffer that numpy gets to compare. Rows that are narrower than its usual buffer it copies there first, which
takes longer than comparing them."""

Rows = slice | list[int]
"""Some rows: from one to another where they stand together, as they do until a value comes that nobody had yet."""


@dataclass(frozen=True, slots=True)
class FacetRows:
    """The rows of one facet."""

    values: Mapping[str, int]
    states: Mapping[State, int]
    together: Rows
    """All of them, to be counted in one go."""

    @property
    def each(self) -> Sequence[int]:
        """All of them, in the order in which they are counted."""
        return range(self.together.start, self.together.stop) if isinstance(self.together, slice) else self.together


@dataclass(frozen=True, eq=False)
class Layout:
    """Which row means what; shared by all matrices until a value comes that nobody had yet."""

    rows: tuple[RowName, ...]

    @cached_property
    def row_of(self) -> Mapping[RowName, int]:
        return {name: row for row, name in enumerate(self.rows)}

    @cached_property
    def facets(self) -> Mapping[FacetKey, FacetRows]:
        """The rows of every facet that anybody has an answer or a state for."""
        values: dict[FacetKey, dict[str, int]] = {}
        states: dict[FacetKey, dict[State, int]] = {}
        for row, name in enumerate(self.rows):
            if name.is_state:
                states.setdefault(name.key, {})[State(name.code)] = row
            else:
                values.setdefault(name.key, {})[name.code] = row
        return {key: _facet_rows(values.get(key, {}), states.get(key, {})) for key in {**states, **values}}

    @cached_property
    def asked_of_all(self) -> Rows:
        """The first rows, up to the last that is not about one product: the counts that every request needs."""
        return slice(0, max((row + 1 for row, name in enumerate(self.rows) if not name.product), default=0))


@dataclass(frozen=True, eq=False)
class Matrix:
    """The bits of all partners. Never changed: a change gives a new one."""

    layout: Layout
    lines: Lines
    totals: Counts
    """How many partners stand in each row."""
    _bits: dict[int, Bits] = field(default_factory=dict, compare=False, repr=False)

    def bits(self, row: int) -> Bits:
        """The partners of one row."""
        found = self._bits.get(row)
        if found is None:
            found = self._bits[row] = int.from_bytes(self.lines[:, row].tobytes(), "little")
        return found

    def count(self, base: Bits, rows: Rows) -> Counts:
        """How many of a set of partners stand in each of some rows."""
        words = as_words(base, len(self.lines))
        held = words.nonzero()[0]
        return counted(self.lines[:, rows], words, held if len(held) < FEW * len(words) else None)

    def held_by(self, place: int) -> list[int]:
        """The rows that one partner stands in."""
        line, bit = divmod(place, WORD)
        return np.flatnonzero(self.lines[line] >> np.uint64(bit) & np.uint64(1)).tolist()


def counted(lines: Lines, words: Words, held: npt.NDArray[np.intp] | None = None) -> Counts:
    """How many bits each column of `lines` has in common with `words`; `held`: which words hold any (None: all may)."""
    if lines.shape[1] <= NARROW:
        return _counted_upright(lines, words) if held is None else _counted_upright(lines[held], words[held])
    size = len(words) if held is None else len(held)
    many = np.empty((size, lines.shape[1]), np.uint8)
    with np.errstate():  # also holds the size of the buffer
        np.setbufsize(UNBUFFERED)
        for start in range(0, size, BLOCK):
            some = slice(start, start + BLOCK)
            if held is None:
                common = lines[some] & words[some, None]
            else:
                common = lines[held[some]]
                common &= words[held[some], None]
            np.bitwise_count(common, out=many[some])
    found = np.zeros(lines.shape[1], np.int64)
    for start in range(0, size, MOST_ADDED):
        found += np.add.reduce(many[start : start + MOST_ADDED], axis=0, dtype=np.uint16)
    return found


def _counted_upright(lines: Lines, words: Words) -> Counts:
    """The same for a few columns of many lines: turned on their side, for numpy goes along long rows the quickest."""
    columns = np.ascontiguousarray(lines.T)
    found: Counts = np.add.reduce(np.bitwise_count(columns & words), axis=1, dtype=np.int64)
    return found


def _facet_rows(values: Mapping[str, int], states: Mapping[State, int]) -> FacetRows:
    rows = sorted((*values.values(), *states.values()))
    beside = rows[-1] - rows[0] == len(rows) - 1
    return FacetRows(values, states, slice(rows[0], rows[-1] + 1) if beside else rows)


def _by_product(name: RowName) -> tuple[str, RowName]:
    """Sorts rows: those of no single product first, as every request needs them, and those of a facet together."""
    return name.product, name


def matrix_of(told: Marked) -> Matrix:
    """The matrix of partners by their marks; rows are sorted, so that equal partners give equal matrices."""
    given = [name for mark in told.marks for name in mark.rows]
    names = sorted(set(given), key=_by_product)
    row_of = {name: row for row, name in enumerate(names)}
    places, parts = told.spread(lambda mark: mark.rows)
    rows = np.fromiter(map(row_of.__getitem__, given), np.int32, len(given))[parts]
    lines = np.zeros((words_for(told.size), len(names)), np.uint64)
    bounds = np.searchsorted(places, np.arange(len(lines) + 1) * WORD)
    for line, (start, end) in enumerate(pairwise(bounds.tolist())):
        member = np.zeros((WORD, len(names)), bool)
        member[places[start:end] % WORD, rows[start:end]] = True
        packed = np.packbits(member, axis=0, bitorder="little")
        lines[line] = np.ascontiguousarray(packed.T).view(np.uint64)[:, 0]
    return Matrix(Layout(tuple(names)), lines, counted(lines, np.full(len(lines), np.iinfo(np.uint64).max)))


def changed(before: Matrix, columns: Mapping[int, Iterable[RowName]]) -> Matrix:
    """A matrix in which the partners at some positions have other rows (none: the partner left).

    A position past the end adds a partner; a row that nobody had yet is added after the others.
    """
    given = {name for column in columns.values() for name in column}
    new = sorted(given - before.layout.row_of.keys(), key=_by_product)
    layout = Layout((*before.layout.rows, *new)) if new else before.layout
    height = max(len(before.lines), words_for(max(columns, default=-1) + 1))
    grown = height - len(before.lines), len(layout.rows) - len(before.totals)
    lines = np.pad(before.lines, [(0, more) for more in grown]) if any(grown) else before.lines.copy()
    totals = np.zeros(len(layout.rows), np.int64)
    totals[: len(before.totals)] = before.totals
    for place, column in columns.items():
        line, bit = divmod(place, WORD)
        had = np.flatnonzero(lines[line] >> np.uint64(bit) & np.uint64(1))
        lines[line, had] ^= np.uint64(1 << bit)
        totals[had] -= 1
        has = [layout.row_of[name] for name in column]
        lines[line, has] |= np.uint64(1 << bit)
        totals[has] += 1
    touched = sorted({place // WORD for place in columns})
    if not any(grown) and np.array_equal(lines[touched], before.lines[touched]):
        return before
    return Matrix(layout, lines, totals)
