"""Who stands at which position of a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from partnerkompas.search.snapshot.bits import Bits, Places, bits_of

Entry = tuple[int, str, str]
"""Id, slug and name of who stands somewhere."""

NOBODY: Entry = (0, "", "")
"""Stands where a partner has left."""


@dataclass(frozen=True, eq=False)
class Roll:
    """All partners by position; shared by all snapshots until one comes, leaves or takes another name."""

    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Slug and name at each position; both empty in a gap."""
        return tuple((slug, name) for _id, slug, name in self.entries)

    @cached_property
    def everyone(self) -> Bits:
        """All positions where somebody stands."""
        return bits_of(self.place_of_id.values(), len(self))

    @cached_property
    def place_of_id(self) -> Mapping[int, int]:
        """Where the partner with an id stands."""
        return {id_: place for place, (id_, _slug, _name) in enumerate(self.entries) if id_}

    @cached_property
    def place_by_id(self) -> Places:
        """The same as one array by id; -1 for who is not here."""
        found = np.full(max(self.place_of_id, default=0) + 1, -1, np.int32)
        found[[*self.place_of_id.keys()]] = [*self.place_of_id.values()]
        return found

    @cached_property
    def place_of_slug(self) -> Mapping[str, int]:
        """Where the partner with a slug stands."""
        return {slug: place for place, (slug, _name) in enumerate(self.names) if slug}
