"""Everything structured about the listed partners, to be counted, sorted and cut: numpy arrays mapped from files."""

from partnerkompas.search.snapshot.bits import Bits, as_mask, bits_at, bits_of, places_of
from partnerkompas.search.snapshot.columns import Column, Marking, RowName, column_of
from partnerkompas.search.snapshot.firms import Firm
from partnerkompas.search.snapshot.snapshot import Snapshot, changed, snapshot_of

__all__ = [
    "Bits",
    "Column",
    "Firm",
    "Marking",
    "RowName",
    "Snapshot",
    "as_mask",
    "bits_at",
    "bits_of",
    "changed",
    "column_of",
    "places_of",
    "snapshot_of",
]
