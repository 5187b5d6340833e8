"""Many columns at once: which partner has which of the few different marks, as numbers."""

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partnerkompas.search.snapshot.columns import Column, Mark

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Marked:
    """Partners by position with their marks: partner `places[n]` has mark `numbers[n]`, by partner."""

    size: int
    """How many partners."""
    marks: tuple[Mark, ...]
    """The different marks; a mark is known by its number in this list."""
    places: Numbers
    numbers: Numbers

    def spread(self, parts_of: Callable[[Mark], Sized]) -> tuple[Numbers, npt.NDArray[np.int64]]:
        """The partner of each part of each of its marks, and the number of that part.

        The parts of all different marks are numbered one mark after the other.
        """
        sizes = np.fromiter((len(parts_of(mark)) for mark in self.marks), np.int64, len(self.marks))
        firsts, many = np.cumsum(sizes) - sizes, sizes[self.numbers]
        before = np.cumsum(many) - many
        return np.repeat(self.places, many), np.repeat(firsts[self.numbers] - before, many) + np.arange(many.sum())


def marked(columns: Sequence[Column]) -> Marked:
    """The marks of partners, each at its position."""
    number_of: dict[Mark, int] = {}
    numbers = np.fromiter(_numbered(columns, number_of), np.int32)
    many = [len(column.marks) for column in columns]
    return Marked(len(columns), tuple(number_of), np.repeat(np.arange(len(columns), dtype=np.int32), many), numbers)


def _numbered(columns: Iterable[Column], number_of: dict[Mark, int]) -> Iterable[int]:
    return (number_of.setdefault(mark, len(number_of)) for column in columns for mark in column.marks)
