"""What partners answered, as numbers: for ranges and for sorting."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot.bits import Places
from partnerkompas.search.snapshot.columns import Entry
from partnerkompas.search.snapshot.marked import Marked

ENTRY = np.dtype([("place", "<i4"), ("number", "<f8"), ("sort", "<f8")])
"""One answer: whose, its place on the line (NaN: none), what it sorts by (of texts: which of the sorted texts)."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """The answers of one facet, by number; a partner may have one for each of its products."""

    entries: npt.NDArray[np.void]
    texts: tuple[str, ...] = ()
    """The different texts that are sorted by, in order; none where numbers are."""

    def between(self, low: float, high: float) -> Places:
        """The partners with a number from low to high, bounds included."""
        numbers = self.entries["number"]
        start, end = np.searchsorted(numbers, low, "left"), np.searchsorted(numbers, high, "right")
        return self.entries["place"][start:end]

    @cached_property
    def places(self) -> Places:
        """Whose each answer is, side by side: who applies a change asks that of all answers of a partner's facets."""
        return np.ascontiguousarray(self.entries["place"])

    @cached_property
    def lowest(self) -> tuple[Places, Numbers]:
        """Who has an answer, lowest first, with the lowest of its answers."""
        order = np.lexsort((self.entries["place"], self.entries["sort"]))
        return self._first_of_each(order)

    @cached_property
    def highest(self) -> tuple[Places, Numbers]:
        """Who has an answer, highest first, with the highest of its answers."""
        order = np.lexsort((self.entries["place"], -self.entries["sort"]))
        return self._first_of_each(order)

    def _first_of_each(self, order: npt.NDArray[np.intp]) -> tuple[Places, Numbers]:
        _places, first = np.unique(self.entries["place"][order], return_index=True)
        kept = order[np.sort(first)]
        return self.entries["place"][kept], self.entries["sort"][kept]


Answer = tuple[int, float | None, float | str]
"""Whose, the number (None: no place on the line), what it sorts by."""


NOBODY = Table(np.empty(0, ENTRY))


def table_of(answers: Iterable[Answer]) -> Table:
    """A table of some answers."""
    given = list(answers)
    texts = sorted({key for _place, _number, key in given if isinstance(key, str)})
    rows = [
        (place, np.nan if number is None else number, bisect_left(texts, key) if isinstance(key, str) else float(key))
        for place, number, key in given
    ]
    return Table(_by_number(np.array(rows, ENTRY)), tuple(texts))


def _by_number(entries: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    if len(entries) < 2:
        return entries
    return entries[np.lexsort((entries["place"], entries["sort"], entries["number"]))]


def tables_of(told: Marked) -> dict[FacetKey, Table]:
    """The tables of partners by their marks: first of the few different answers, then of who gave each."""
    different = [entry for mark in told.marks for entry in mark.entries]
    few = {
        key: table_of(answers) for key, answers in _gathered((n, [each]) for n, each in enumerate(different)).items()
    }
    values, table_of_answer = np.empty(len(different), ENTRY), np.empty(len(different), np.uint16)
    for number, table in enumerate(few.values()):
        values[table.entries["place"]] = table.entries
        table_of_answer[table.entries["place"]] = number
    places, answers = told.spread(lambda mark: mark.entries)
    tables = table_of_answer[answers]
    order = np.argsort(tables, kind="stable")
    ends = np.cumsum(np.bincount(tables, minlength=len(few))).tolist()
    found: dict[FacetKey, Table] = {}
    for (key, table), (start, end) in zip(few.items(), pairwise([0, *ends]), strict=True):
        entries = values[answers[order[start:end]]]
        entries["place"] = places[order[start:end]]
        found[key] = Table(_by_number(entries), table.texts)
    return found


def _gathered(columns: Iterable[tuple[int, Iterable[Entry]]]) -> dict[FacetKey, list[Answer]]:
    found: dict[FacetKey, list[Answer]] = {}
    for place, entries in columns:
        for entry in entries:
            found.setdefault(entry.key, []).append((place, entry.number, entry.sort_key))
    return found


def changed(
    before: Mapping[FacetKey, Table], columns: Mapping[int, Iterable[Entry]], touched: Iterable[FacetKey]
) -> dict[FacetKey, Table]:
    """The tables of the touched facets with other answers for some partners; a facet left without any is not there.

    Where nothing changed it is the same table, so that nobody writes or reads it again.
    """
    fresh, moved = _gathered(columns.items()), np.fromiter(columns, np.int32)
    found: dict[FacetKey, Table] = {}
    for key in touched:
        old, added = before.get(key, NOBODY), table_of(fresh.get(key, ()))
        is_moved = old.places == moved[0] if len(moved) == 1 else np.isin(old.places, moved)
        had = is_moved.nonzero()[0]
        if old.texts or added.texts:
            kept = np.delete(old.entries, had).tolist()
            told: list[Answer] = [(place, None, old.texts[int(sort)]) for place, _number, sort in kept]
            found[key] = table_of([*told, *fresh.get(key, ())])
        elif old.entries[had].tobytes() == added.entries.tobytes():
            found[key] = old
        else:
            found[key] = Table(_by_number(np.concatenate([np.delete(old.entries, had), added.entries])))
    return {key: table for key, table in found.items() if len(table.entries)}
