"""Who came and who left since somebody looked: two sets of partners compared, with the names of a snapshot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from partnerkompas.search import order
from partnerkompas.search.snapshot import Bits, Snapshot, places_of

MOST_NAMED = 40
"""So many partners are named of those that came or left; of the others the number is told."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of partners: whom a search finds now, who of them are new, and who it no longer finds."""

    found: frozenset[int]
    came: frozenset[int]
    left: frozenset[int]
    """Still in the guide, but no longer what was asked."""
    gone: frozenset[int]
    """No longer in the guide: they may be counted, and not named."""

    @property
    def any(self) -> bool:
        return bool(self.came or self.left or self.gone)

    @property
    def digest(self) -> str:
        """What is another text whenever other partners are found."""
        return sha256(",".join(map(str, sorted(self.found))).encode()).hexdigest()[:32]


def ids_at(snapshot: Snapshot, bits: Bits) -> frozenset[int]:
    """The ids of a set of partners."""
    entries = snapshot.firms.roll.entries
    return frozenset(entries[place][0] for place in places_of(bits, len(snapshot.firms)).tolist())


def changes(snapshot: Snapshot, found: frozenset[int], before: Collection[int]) -> Changes:
    """Compare whom a search finds now with whom it found before."""
    known = snapshot.firms.place_of_id
    missing = frozenset(before) - found
    gone = frozenset(each for each in missing if each not in known)
    return Changes(found, found - frozenset(before), missing - gone, gone)


def names_of(snapshot: Snapshot, ids: Collection[int], day: date) -> list[tuple[str, str]]:
    """Slugs and names of some listed partners, in the neutral order of a day, so that the first ones mean nothing."""
    firms = snapshot.firms
    named = [firms.names[firms.place_of_id[each]] for each in ids]
    shuffled = order.shuffled(order.seed(day), [slug for slug, _name in named])
    return [named[place] for place in shuffled[:MOST_NAMED]]
