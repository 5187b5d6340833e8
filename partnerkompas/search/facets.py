"""Counting: which partners match, and how many stand under each value. Pure functions over a snapshot.

Within a facet any chosen value will do (and `.alle` asks for all of them); between facets all must hold. The counts of
a facet ignore its own choice and respect all others, so that a user sees what adding a value would give.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from partnerkompas.answers.models import State
from partnerkompas.search.request import Choice, FacetKey, Filters, bounds
from partnerkompas.search.snapshot import Bits, Snapshot


@dataclass(frozen=True, slots=True)
class Matches:
    """Who matches a request, and for each chosen facet who would without that choice."""

    all: Bits
    without: Mapping[FacetKey, Bits]

    @property
    def total(self) -> int:
        return self.all.bit_count()

    def base(self, key: FacetKey) -> Bits:
        """Whom the counts of a facet are about."""
        return self.without.get(key, self.all)


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
    return Matches(everything, without)


def having(snapshot: Snapshot, key: FacetKey, choice: Choice) -> Bits:
    """The partners that satisfy the choice of one facet.

    That is: who has any of the values or ranges and all of the `.alle` values, or is in any of the states. So a state
    always widens a choice: "all of these, or not stated" keeps who said nothing (row U2).
    """
    values = snapshot.values.get(key, {})
    found = 0
    for code in choice.any_of:
        found |= values.get(code, 0)
    for wanted in choice.ranges:
        found |= snapshot.in_range(key, *bounds(snapshot.edition.by_key[key.criterion], wanted))
    if choice.all_of and not (choice.any_of or choice.ranges):
        found = snapshot.everyone
    for code in choice.all_of:
        found &= values.get(code, 0)
    for state in choice.states:
        found |= with_state(snapshot, key, state)
    return found


def with_state(snapshot: Snapshot, key: FacetKey, state: State) -> Bits:
    """The partners in a state; for one product, a partner that does not name the product is not asked and in none."""
    return snapshot.states.get(key, {}).get(state, 0)


def value_counts(snapshot: Snapshot, key: FacetKey, base: Bits) -> dict[str, int]:
    """How many of the base stand under each value that anybody has."""
    return {code: (bits & base).bit_count() for code, bits in snapshot.values.get(key, {}).items()}


def state_counts(snapshot: Snapshot, key: FacetKey, base: Bits) -> dict[State, int]:
    """How many of the base are in each state."""
    return {state: (with_state(snapshot, key, state) & base).bit_count() for state in State}
