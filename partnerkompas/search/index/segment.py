"""One segment as we read it: arrays that look at the mapped file. Nothing in it ever changes, so threads share it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import (
    FIELD,
    LENGTHS,
    SIZES,
    TERM,
    Flat,
    FlatSegment,
    Held,
    encoded,
    held,
)
from partnerkompas.search.index.document import INDEX_FIELDS
from partnerkompas.search.index.mapped import MappedSegment

HEAD = 12
"""Bytes of the key of a word that are kept at hand to find it by: its field and ten letters."""

_MOST_KEPT = 20_000
"""Words of which the place is remembered; about 10 MB."""


class Segment:
    """The words of some documents. Documents are numbered from 0 within the segment."""

    def __init__(self, folder: Path, segment: FlatSegment) -> None:
        files = MappedSegment(folder / segment.file_name)
        terms = Flat().terms_reader(files, segment)
        self.size = int(segment.doc_count_all())
        self.totals: dict[str, int] = dict(segment._fieldlengths)
        """Words in each field, counted, not rounded."""
        self._ordered = terms._tindex
        self._fields: dict[str, int] = terms._fieldmap
        self._words = files.view(segment.make_filename(".trm"))
        self._postings = files.view(segment.make_filename(".pst"))
        self._columns = {
            name: files.view(segment.make_filename(f".{name}.col"))
            for name in ("key", *(f"_{field}_len" for field in INDEX_FIELDS))
            if files.file_exists(segment.make_filename(f".{name}.col"))
        }
        self._kept: dict[tuple[str, str], Held | None] = {}
        self._lengths: dict[str, NDArray[np.uint32]] = {}

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """Kind and number of each document (document.key)."""
        return np.frombuffer(self._columns["key"], ">i8").astype(np.int64)

    def lengths(self, field: str) -> NDArray[np.uint32]:
        """How many words each document has in a field."""
        if field not in self._lengths:
            told = np.frombuffer(self._columns.get(f"_{field}_len", b""), np.uint8)
            padded = np.zeros(self.size, np.uint8)
            padded[: len(told)] = told
            self._lengths[field] = LENGTHS[padded]
        return self._lengths[field]

    def postings(self, field: str, word: str) -> Held | None:
        """The documents that hold a word in a field; None when there are none."""
        try:
            return self._kept[field, word]
        except KeyError:
            found = next(iter(self.having([(field, word)])), None)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[field, word] = found
            return found

    def having(self, tokens: Iterable[tuple[str, str]]) -> list[Held]:
        """The postings of those of some words that are here, each word given with its field."""
        keys = self._keys(tokens)
        places = zip(keys, self._before(keys), strict=True)
        return [self._held(at, key) for key, before in places if (at := self._at(before, key)) is not None]

    def beginning(self, fields: Iterable[str], prefix: str) -> list[Held]:
        """The postings of all words in some fields that start with a prefix."""
        return [self._held(at, key) for at, key in self._starting(fields, prefix)]

    def words(self, field: str, prefix: str = "") -> Iterator[tuple[str, Held]]:
        """The words of a field that start with a prefix, in the order of their bytes, each with its postings."""
        for at, key in self._starting([field], prefix):
            yield key[FIELD:].decode("utf-8", "surrogatepass"), self._held(at, key)

    def _held(self, at: int, key: bytes) -> Held:
        """The postings of the word with a key, which stands at a place in the file."""
        _flags, _weight, documents, _short, _long, _most, _first, _last, start, length = TERM.unpack_from(
            self._words, at + SIZES.size + len(key)
        )
        return held(self._postings, documents, start, length)

    def _starting(self, fields: Iterable[str], prefix: str) -> Iterator[tuple[int, bytes]]:
        """Where each word that starts with a prefix stands, and its key; one field after the other."""
        starts = self._keys((field, prefix) for field in fields)
        for start, before in zip(starts, self._before(starts), strict=True):
            for each in range(before, len(self._order)):
                at = int(self._order[each])
                key = self._key_at(at)
                if not key.startswith(start):
                    break
                yield at, key

    def _before(self, keys: Sequence[bytes]) -> list[int]:
        """How many words of the segment come before each of some keys."""
        heads = np.array(keys, self._heads.dtype)
        first, end = self._heads.searchsorted(heads).tolist(), self._heads.searchsorted(heads, "right").tolist()
        return [
            bisect_left(self._order, key, low, high, key=self._key_at) if low < high else low
            for key, low, high in zip(keys, first, end, strict=True)
        ]

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """Where each word stands in the file, in the order of field and word."""
        kind = {"H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}[self._ordered.extras["indextype"]]
        return np.frombuffer(self._words, kind, self._ordered.indexlen, self._ordered.indexbase)

    @cached_property
    def _heads(self) -> NDArray[np.bytes_]:
        """How the key of each word begins, in order: among these numpy finds many at once.

        What follows a shorter key begins with a zero, which comes before any letter, so it does not disturb the order.
        """
        room = len(self._words) - SIZES.size - HEAD
        return np.ndarray(room, f"S{HEAD}", self._words, SIZES.size, (1,))[self._order]

    def _keys(self, tokens: Iterable[tuple[str, str]]) -> list[bytes]:
        """What words are looked up by, each given with its field; none for a field that is not here."""
        fields = self._fields
        return [fields[name].to_bytes(FIELD, "big") + encoded(word) for name, word in tokens if name in fields]

    def _at(self, place: int, key: bytes) -> int | None:
        """Where the word at a place in the order stands in the file; None when it has another key."""
        at = int(self._order[place]) if place < len(self._order) else None
        return at if at is not None and self._key_at(at) == key else None

    def _key_at(self, at: int) -> bytes:
        """The key of the word at a place in the file."""
        size, _length = SIZES.unpack_from(self._words, at)
        return bytes(self._words[at + SIZES.size : at + SIZES.size + size])
