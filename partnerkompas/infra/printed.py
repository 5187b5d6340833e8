"""Pieces of pages that look the same for whoever asks: printed once by their template, and kept in bounded memory."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from partnerkompas.infra.language import language

MOST = 20_000
"""Pieces kept by one process: some hundreds of bytes each. All go when one more comes, and those in use come back."""

T = TypeVar("T")

_kept: dict[tuple[Hashable, ...], tuple[object, Any]] = {}


def once(*key: Hashable, make: Callable[[], T], of: object = None) -> T:
    """What was made under a key before, in the language of this moment, or is made now.

    The key holds all that the piece depends on, and nothing of who looks. `of` is one more thing that it depends on,
    told from others by being that very object: it is held for as long as the piece, so that no other takes its place.
    """
    place = (language(), id(of), *key)
    found = _kept.get(place)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[place] = (of, make())
    made: T = found[1]
    return made
