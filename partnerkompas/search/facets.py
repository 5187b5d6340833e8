"""Counting: which partners match, and how many stand under each value. Pure functions over a snapshot.

Within a facet any chosen value will do (and `.alle` asks for all of them); between facets all must hold. The counts of
a facet ignore its own choice and respect all others, so that a user sees what adding a value would give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from partnerkompas.answers.models import State
from partnerkompas.search.request import Choice, FacetKey, Filters, bounds
from partnerkompas.search.snapshot import Bits, Snapshot

Name = TypeVar("Name")


@dataclass(frozen=True)
class Matches:
    """Who matches a request, and for each chosen facet who would without that choice."""

    snapshot: Snapshot
    all: Bits
    without: Mapping[FacetKey, Bits]

    @property
    def total(self) -> int:
        return self.all.bit_count()

    def base(self, key: FacetKey) -> Bits:
        """Whom the counts of a facet are about."""
        return self.without.get(key, self.all)

    @cached_property
    def counts(self) -> Sequence[int]:
        """How many of all matches stand in each row of the matrix: the counts of every facet without a choice."""
        return self.snapshot.counts(self.all).tolist()  # type: ignore[no-any-return]

    def value_counts(self, key: FacetKey) -> dict[str, int]:
        """How many would stand under each value that anybody has."""
        return self._counts(key, self.snapshot.rows(key).values)

    def state_counts(self, key: FacetKey) -> dict[State, int]:
        """How many would be in each state."""
        return dict.fromkeys(State, 0) | self._counts(key, self.snapshot.rows(key).states)

    def own_counts(self, key: FacetKey) -> dict[int, int]:
        """For a facet with a choice: how many would stand in each of its rows without that choice."""
        facet = self.snapshot.rows(key)
        rows = [*facet.values.values(), *facet.states.values()]
        return dict(zip(rows, self.snapshot.matrix.count(self.base(key), rows).tolist(), strict=True))

    def _counts(self, key: FacetKey, rows: Mapping[Name, int]) -> dict[Name, int]:
        counts = self.own_counts(key) if key in self.without else self.counts
        return {name: counts[row] for name, row in rows.items()}


def matches(snapshot: Snapshot, filters: Filters, found: Bits) -> Matches:
    """Apply the filters to the partners found by words (`found`: everyone when there are no words)."""
    each = {key: having(snapshot, key, choice) for key, choice in filters}
    without: dict[FacetKey, Bits] = {}
    for key in each:
        rest = found
        for other, bits in each.items():
            if other != key:
                rest &= bits
        without[key] = rest
    everything = found
    for bits in each.values():
        everything &= bits
    return Matches(snapshot, everything, without)


def having(snapshot: Snapshot, key: FacetKey, choice: Choice) -> Bits:
    """The partners that satisfy the choice of one facet.

    That is: who has any of the values or ranges and all of the `.alle` values, or is in any of the states. So a state
    always widens a choice: "all of these, or not stated" keeps who said nothing (row U2).
    """
    found = 0
    for code in choice.any_of:
        found |= snapshot.with_value(key, code)
    for wanted in choice.ranges:
        found |= snapshot.in_range(key, *bounds(snapshot.edition.by_key[key.criterion], wanted))
    if choice.all_of and not (choice.any_of or choice.ranges):
        found = snapshot.everyone
    for code in choice.all_of:
        found &= snapshot.with_value(key, code)
    for state in choice.states:
        found |= snapshot.with_state(key, state)
    return found
