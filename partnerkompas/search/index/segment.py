"""One segment as we read it: arrays that look at the mapped file. Nothing in it ever changes, so threads share it."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import (
    FIELD,
    LENGTHS,
    SIZES,
    SLOT,
    TERM,
    Flat,
    FlatSegment,
    Held,
    encoded,
    hash_of,
    held,
)
from partnerkompas.search.index.document import INDEX_FIELDS
from partnerkompas.search.index.mapped import MappedSegment

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
            found = self._look_up(field, word)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[field, word] = found
            return found

    def _look_up(self, field: str, word: str) -> Held | None:
        if field not in self._fields:
            return None
        key = self._key(field, word)
        hashed = hash_of(key)
        start, slots = self._ordered.tables[hashed & 0xFF]
        for slot in range(hashed >> 8, (hashed >> 8) + slots):  # as Whoosh goes about it, with a fifth of the calls
            its_hash, at = SLOT.unpack_from(self._words, start + slot % slots * SLOT.size)
            if not at:
                return None
            if its_hash == hashed and self._key_at(at) == key:
                return self._held(at + SIZES.size + len(key))
        return None

    def _held(self, place: int) -> Held:
        _flags, _weight, documents, _short, _long, _most, _first, _last, start, length = TERM.unpack_from(
            self._words, place
        )
        return held(self._postings, documents, start, length)

    def words(self, field: str, prefix: str = "") -> Iterator[tuple[str, Held]]:
        """The words of a field that start with a prefix, in the order of their bytes, each with its postings."""
        for at, key in self._starting(field, prefix):
            yield key[FIELD:].decode("utf-8", "surrogatepass"), self._held(at + SIZES.size + len(key))

    def beginning(self, field: str, prefix: str) -> list[Held]:
        """The postings of the words of a field that start with a prefix."""
        return [self._held(at + SIZES.size + len(key)) for at, key in self._starting(field, prefix)]

    def _starting(self, field: str, prefix: str) -> Iterator[tuple[int, bytes]]:
        """Where each word that starts with a prefix stands, and its key."""
        if field not in self._fields:
            return
        start = self._key(field, prefix)
        for each in range(self._before(start), len(self._order)):
            at = int(self._order[each])
            key = self._key_at(at)
            if not key.startswith(start):
                return
            yield at, key

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """Where each word stands in the file, in the order of field and word."""
        kind = {"H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}[self._ordered.extras["indextype"]]
        return np.frombuffer(self._words, kind, self._ordered.indexlen, self._ordered.indexbase)

    def _before(self, key: bytes) -> int:
        """How many words of the segment come before a key."""
        return bisect_left(self._order, key, key=self._key_at)

    def _key(self, field: str, word: str) -> bytes:
        """What a word of a field is looked up by."""
        return self._fields[field].to_bytes(FIELD, "big") + encoded(word)

    def _key_at(self, at: int) -> bytes:
        """The key of the word at a place in the file."""
        size, _length = SIZES.unpack_from(self._words, at)
        return bytes(self._words[at + SIZES.size : at + SIZES.size + size])
