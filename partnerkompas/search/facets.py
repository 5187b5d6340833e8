"""Counting: which partners match, and how many stand under each value. Pure functions over a snapshot.

Within a facet any chosen value will do (and `.alle` asks for all of them); between facets all must hold. The counts of
a facet ignore its own choice and respect all others, so that a user sees what adding a value would give. Where a facet
asks for all of its values, adding one takes partners away, so its values are counted among who has the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from partnerkompas.answers.models import State
from partnerkompas.search.request import Choice, FacetKey, Filters, bounds
from partnerkompas.search.snapshot import Bits, Snapshot


@dataclass(frozen=True)
class Matches:
    """Who matches a request, and for each chosen facet who would without that choice."""

    snapshot: Snapshot
    all: Bits
    without: Mapping[FacetKey, Bits]
    with_all: Mapping[FacetKey, Bits] = field(default_factory=dict)
    """For each facet that asks for all of its values: who has these, and matches what is asked elsewhere."""

    @property
    def total(self) -> int:
        return self.all.bit_count()

    def base(self, key: FacetKey) -> Bits:
        """Whom the counts of a facet are about."""
        return self.without.get(key, self.all)

    @cached_property
    def counts(self) -> Sequence[int]:
        """How many of all matches stand in each row that is not about one product: enough for most facets."""
        return self.snapshot.counts(self.all, self.snapshot.matrix.layout.asked_of_all).tolist()  # type: ignore[no-any-return]

    def counts_of(self, key: FacetKey) -> Mapping[int, int] | Sequence[int]:
        """By row: how many would stand in each row of a facet."""
        if not key.product and key not in self.without:
            return self.counts
        counts = self._counted(key, self.base(key))
        if key in self.with_all:
            among = self._counted(key, self.with_all[key])
            counts |= {row: among[row] for row in self.snapshot.rows(key).values.values()}
        return counts

    def _counted(self, key: FacetKey, base: Bits) -> dict[int, int]:
        facet = self.snapshot.rows(key)
        return dict(zip(facet.each, self.snapshot.counts(base, facet.together).tolist(), strict=True))

    def value_counts(self, key: FacetKey) -> dict[str, int]:
        """How many would stand under each value that anybody has."""
        counts = self.counts_of(key)
        return {code: counts[row] for code, row in self.snapshot.rows(key).values.items()}

    def state_counts(self, key: FacetKey) -> dict[State, int]:
        """How many would be in each state."""
        counts = self.counts_of(key)
        return dict.fromkeys(State, 0) | {state: counts[row] for state, row in self.snapshot.rows(key).states.items()}


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
    demanding = ((key, choice) for key, choice in filters if choice.all_of)
    with_all = {key: without[key] & _having_values(snapshot, key, choice) for key, choice in demanding}
    return Matches(snapshot, everything, without, with_all)


def having(snapshot: Snapshot, key: FacetKey, choice: Choice) -> Bits:
    """The partners that satisfy the choice of one facet.

    That is: who has any of the values or ranges and all of the `.alle` values, or is in any of the states. So a state
    always widens a choice: "all of these, or not stated" keeps who said nothing (row U2).
    """
    found = _having_values(snapshot, key, choice)
    for state in choice.states:
        found |= snapshot.with_state(key, state)
    return found


def _having_values(snapshot: Snapshot, key: FacetKey, choice: Choice) -> Bits:
    found = 0
    for code in choice.any_of:
        found |= snapshot.with_value(key, code)
    for wanted in choice.ranges:
        found |= snapshot.in_range(key, *bounds(snapshot.edition.by_key[key.criterion], wanted))
    if choice.all_of and not (choice.any_of or choice.ranges):
        found = snapshot.everyone
    for code in choice.all_of:
        found &= snapshot.with_value(key, code)
    return found
