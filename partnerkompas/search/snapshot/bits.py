"""Sets of partners as Python integers: bit n for the partner at position n.

Intersecting is `&`, counting is `bit_count()`; numpy comes in where many sets are counted at once.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Bits = int
"""A set of partners."""

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]

WORD = 64
"""How many partners one machine word holds."""
STRIDE = 256
"""How many places of an order are looked at first: the first page mostly lies there. Then twice as many, and so on."""


def words_for(size: int) -> int:
    """How many machine words hold `size` partners."""
    return (size + WORD - 1) // WORD


def bits_of(places: Iterable[int], size: int) -> Bits:
    """The set of some positions out of `size`."""
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


def bits_at(places: Places, size: int) -> Bits:
    """The set of the positions in an array."""
    member = np.zeros(size, bool)
    member[places] = True
    return int.from_bytes(np.packbits(member, bitorder="little").tobytes(), "little")


def as_words(bits: Bits, count: int) -> Words:
    """A set as `count` machine words, to be counted against a matrix."""
    return np.frombuffer(bits.to_bytes(count * 8, "little"), np.uint64)


def as_mask(bits: Bits, size: int) -> npt.NDArray[np.bool_]:
    """A set as one truth value a position."""
    packed = np.frombuffer(bits.to_bytes(size // 8 + 1, "little"), np.uint8)
    return np.unpackbits(packed, count=size, bitorder="little").view(np.bool_)


def places_of(bits: Bits, size: int) -> Places:
    """The positions in a set, lowest first."""
    return as_mask(bits, size).nonzero()[0].astype(np.int32)


def turns_of(order: Places) -> Places:
    """Of an order of all positions: the turn of each position."""
    turns = np.empty_like(order)
    turns[order] = np.arange(len(order), dtype=order.dtype)
    return turns


def in_order(bits: Bits, order: Places, turns: Places, most: int) -> Sequence[int]:
    """The first `most` positions of a set, in an order of all positions that is given in both ways."""
    mask, found, start, many = as_mask(bits, len(order)), list[int](), 0, STRIDE
    if bits.bit_count() <= STRIDE:  # few are sorted sooner than found
        places = mask.nonzero()[0]
        return places[turns[places].argsort()[:most]].tolist()  # type: ignore[no-any-return]
    while start < len(order) and len(found) < most:
        stride = order[start : start + many]
        found += stride[mask[stride]].tolist()
        start, many = start + many, 2 * many
    return found[:most]
