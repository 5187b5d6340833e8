"""Everything structured about the listed partners at one moment. Never changed: news gives a new snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from partnerkompas.answers.models import State
from partnerkompas.criteria.questions import Edition
from partnerkompas.search.request import BY_NAME, NEUTRAL, FacetKey, sorted_by
from partnerkompas.search.snapshot import firms as firms_
from partnerkompas.search.snapshot import matrix as matrix_
from partnerkompas.search.snapshot import tables as tables_
from partnerkompas.search.snapshot.bits import Bits, as_mask, bits_at, in_order
from partnerkompas.search.snapshot.columns import Column
from partnerkompas.search.snapshot.firms import Firms
from partnerkompas.search.snapshot.marked import marked
from partnerkompas.search.snapshot.matrix import Counts, FacetRows, Matrix, Rows
from partnerkompas.search.snapshot.tables import Table

NO_ROWS = FacetRows({}, {}, [])


@dataclass(frozen=True)
class Snapshot:
    """The listed partners at one moment. `number` is the last outbox row it knows of."""

    edition: Edition
    """The criteria that the answers were given to."""
    release: str
    number: int
    firms: Firms
    matrix: Matrix
    tables: Mapping[FacetKey, Table]

    @property
    def day(self) -> date:
        """The day on which answers were judged to be expired or not."""
        return self.firms.day

    @property
    def everyone(self) -> Bits:
        return self.firms.everyone

    def rows(self, key: FacetKey) -> FacetRows:
        """The rows of the matrix that one facet has."""
        return self.matrix.layout.facets.get(key, NO_ROWS)

    def with_value(self, key: FacetKey, code: str) -> Bits:
        """The partners that stand under a value of a facet."""
        row = self.rows(key).values.get(code)
        return 0 if row is None else self.matrix.bits(row)

    def with_state(self, key: FacetKey, state: State) -> Bits:
        """The partners in a state; for one product, a partner that does not name it is not asked and in none."""
        row = self.rows(key).states.get(state)
        return 0 if row is None else self.matrix.bits(row)

    def in_range(self, key: FacetKey, low: float, high: float) -> Bits:
        """The partners with a number from low to high, bounds included."""
        table = self.tables.get(key)
        return bits_at(table.between(low, high), len(self.firms)) if table else 0

    def counts(self, base: Bits, rows: Rows) -> Counts:
        """How many of some partners stand in each of some rows of the matrix."""
        return self.matrix.totals[rows] if base == self.everyone else self.matrix.count(base, rows)

    def counts_of(self, criterion: str) -> dict[str, int]:
        """How many partners stand under each value of a facet, with nothing chosen."""
        totals = self.matrix.totals
        return {code: int(totals[row]) for code, row in self.rows(FacetKey(criterion)).values.items() if totals[row]}

    def sorted(self, bits: Bits, sort: str, most: int | None = None) -> Sequence[int]:
        """The first positions of a set in the order asked (None: all).

        Who has no answer comes last; ties stay in the shuffle of the day.
        """
        most = len(self.firms) if most is None else most
        if sort == NEUTRAL:
            return in_order(bits, self.firms.neutral, self.firms.neutral_turns, most)
        if sort == BY_NAME:
            return in_order(bits, self.firms.alphabet, self.firms.alphabet_turns, most)
        descending, key = sort.startswith("-"), sorted_by(sort)
        neutral = self.firms.neutral[as_mask(bits, len(self.firms))[self.firms.neutral]]
        table = self.tables.get(key)
        if table is None:
            return neutral[:most].tolist()  # type: ignore[no-any-return]
        places, values = table.highest if descending else table.lowest
        keys = np.full(len(self.firms), np.inf)
        keys[places] = -values if descending else values
        return neutral[np.argsort(keys[neutral], kind="stable")][:most].tolist()  # type: ignore[no-any-return]


def snapshot_of(columns: Sequence[Column], edition: Edition, release: str, day: date, number: int) -> Snapshot:
    """The snapshot of some partners, by slug, so that equal partners give equal snapshots."""
    columns = sorted(columns, key=lambda column: column.slug)
    told = marked(columns)
    return Snapshot(
        edition,
        release,
        number,
        firms_.firms_of(columns, day, number),
        matrix_.matrix_of(told),
        tables_.tables_of(told),
    )


def changed(before: Snapshot, gone: set[int], columns: Sequence[Column], day: date, number: int) -> Snapshot:
    """A snapshot with some partners read again, some new, and some gone (ids that no longer are listed).

    Only what these partners touch is made anew; everything else is shared with the snapshot before.
    """
    moved: dict[int, Column | None] = {
        before.firms.place_of_id[each]: None for each in gone if each in before.firms.place_of_id
    }
    end = len(before.firms)
    for column in sorted(columns, key=lambda column: column.slug):
        place = before.firms.place_of_id.get(column.id, end)
        end += place == end
        moved[place] = column
    rows = {place: column.rows if column else frozenset() for place, column in moved.items()}
    entries = {place: column.entries if column else () for place, column in moved.items()}
    touched = {entry.key for mine in entries.values() for entry in mine}
    touched |= {
        before.matrix.layout.rows[row].key
        for place in moved
        if place < len(before.firms)
        for row in before.matrix.held_by(place)
    }
    fresh = tables_.changed(before.tables, entries, touched)
    kept = {key: table for key, table in before.tables.items() if key not in touched}
    return Snapshot(
        before.edition,
        before.release,
        number,
        firms_.changed(before.firms, moved, day, number),
        matrix_.changed(before.matrix, rows) if moved else before.matrix,
        {**kept, **fresh},
    )
