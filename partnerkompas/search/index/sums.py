"""A checksum of each document by index field: whether an index holds what it should, without two copies of it.

The words count with each place where they stand.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import encoded
from partnerkompas.search.index.document import INDEX_FIELDS, AnyDocument
from partnerkompas.search.index.reading import Reader
from partnerkompas.search.words import Token

Sums = dict[str, int]
"""By index field; a field without words is not there."""

_Numbers = NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)


def sums_in(reader: Reader, kind: str) -> dict[int, Sums]:
    """The checksums of every document of a kind that an index holds, by number."""
    found: dict[int, Sums] = {}
    for (segment, _alive), numbers in zip(reader.parts, reader.numbers(kind), strict=True):
        here = np.flatnonzero(numbers >= 0).tolist()
        found.update({int(numbers[each]): {} for each in here})
        for field in INDEX_FIELDS:
            sums = np.zeros(segment.size, np.uint64)
            for word, held in segment.words(field):
                np.add.at(sums, np.repeat(held.ids, held.frequencies()), _mixed(_hashed(word), held.places))
            for each in here:
                if sums[each]:
                    found[int(numbers[each])][field] = int(sums[each])
    return found


def sums_of(document: AnyDocument) -> Sums:
    """The checksums that a document should have."""
    return {field: _sum(tokens) for field, tokens in document.forms.items() if tokens}


def _sum(tokens: Sequence[Token]) -> int:
    words = np.fromiter((_hashed(token.text) for token in tokens), np.uint64, len(tokens))
    return int(_mixed(words, [token.position for token in tokens]).sum())


@lru_cache(maxsize=200_000)
def _hashed(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(encoded(word), digest_size=8).digest(), "little"))


def _mixed(words: np.uint64 | _Numbers, numbers: Iterable[int] | NDArray[np.generic]) -> _Numbers:
    """Word and number as one number, in which neither can be told apart from the other by adding up."""
    mixed: _Numbers = np.asarray(numbers).astype(np.uint64) * _ODD + words
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD
    return mixed ^ (mixed >> np.uint64(32))
