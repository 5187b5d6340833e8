"""How our postings stand in Whoosh's files: as plain arrays, so that reading them is looking at them.

Whoosh's own codec pickles and compresses blocks of 128 postings. Its codecs are made to be replaced: this one writes,
for each word, the documents, how often (left out where that is once everywhere) and the places. Whoosh itself can
search such an index like any other.
"""

import secrets
import struct
from hashlib import md5
from pathlib import Path
from sys import byteorder
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.matching import ListMatcher
from whoosh.util.numeric import byte_to_length, length_to_byte

from partnerkompas.search.index.document import INDEX_FIELDS
from partnerkompas.search.index.mapped import MappedSegment

Numbers = NDArray[np.uint32]
NAME = "MAIN"
"""What Whoosh calls the index in a folder."""

TERM = struct.Struct("!BfIBBfIIqi")
"""What Whoosh keeps of a term: flags, weight, documents, lengths and so on, and where in the file its postings are."""

SIZES, SLOT = struct.Struct("!ii"), struct.Struct("!Iq")
"""What stands before a word in the table of words, and what leads to it: a part of its hash and its place."""
NOBODY = bytes(SLOT.size)

FIELD = 2
"""Bytes that say before a word which field it is of."""

LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.uint32)
"""Whoosh keeps the length of a field in one byte: exact up to ten words, within four percent above."""


class Held(NamedTuple):
    """The postings of one word in one field of one segment, mostly looking at the mapped file."""

    ids: Numbers
    counts: Numbers | None
    """None: once in every document."""
    places: Numbers

    def frequencies(self) -> Numbers:
        """How often, for each document."""
        return np.ones(len(self.ids), np.uint32) if self.counts is None else self.counts

    def occurrences(self) -> NDArray[np.int64]:
        """Document and place of each occurrence as one number, ascending."""
        documents = self.ids if self.counts is None else np.repeat(self.ids, self.counts)
        return documents.astype(np.int64) << 32 | self.places


def held(postings: memoryview, documents: int, start: int, length: int) -> Held:
    """The postings at a place of the file. Their length says whether the counts are left out."""
    numbers = np.frombuffer(postings, np.uint32, length // 4, start)
    ids, rest = numbers[:documents], numbers[documents:]
    if len(rest) == documents:
        return Held(ids, None, rest)
    return Held(ids, rest[:documents], rest[documents:])


class Placed(formats.Format):
    """A field that keeps where each word stands."""

    def decode_positions(self, value: bytes) -> list[int]:
        """Where."""
        return [int(place) for place in np.frombuffer(value, np.uint32)]

    def decode_frequency(self, value: bytes) -> int:
        """How often."""
        return len(value) // 4


class Form(fields.FieldType):
    """A field whose words come in already folded and stemmed: Whoosh analyses nothing, and nothing of it is pickled."""

    def __init__(self) -> None:
        super().__init__(Placed(), None, scorable=True)


KEY = columns.NumericColumn("q")
SCHEMA = fields.Schema(key=fields.COLUMN(KEY), **{name: Form() for name in INDEX_FIELDS})
"""Always given to Whoosh by the code: the copy that Whoosh keeps in the index is never read."""


class FlatSegment(W3Segment):
    """A segment that is mapped, not copied. Its name is not guessed by `random`: who seeds that twice gets one name
    twice, and Whoosh writes over the other segment."""

    def __init__(self, codec: "Flat") -> None:
        super().__init__(codec, NAME, segid=secrets.token_hex(8))

    @property
    def file_name(self) -> str:
        """The one file it is in."""
        return str(self.make_filename(self.COMPOUND_EXT))

    def open_compound_file(self, storage: Any) -> MappedSegment:
        """The segment itself."""
        return MappedSegment(Path(storage.folder) / self.file_name)


class WordTable(OrderedHashWriter):
    """Whoosh's table of words in few large writes: its own makes five small ones for each word, and one change has
    hundreds of words."""

    def __init__(self, dbfile: Any) -> None:
        super().__init__(dbfile)
        self._end = int(dbfile.tell())
        self._last = b""

    def add(self, key: bytes, value: bytes) -> None:
        """One word, by its field and bytes, which come in order."""
        assert self._last < key, "words come in order"
        self.dbfile.file.write(SIZES.pack(len(key), len(value)) + key + value)
        self.index.append(self._end)
        hashed = int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")
        self.buckets[hashed & 0xFF].append((hashed, self._end))
        self._end += SIZES.size + len(key) + len(value)
        self._last = key

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            slots = [NOBODY] * (2 * len(entries))
            for hashed, start in entries:
                slot = (hashed >> 8) % len(slots)
                while slots[slot] is not NOBODY:
                    slot = (slot + 1) % len(slots)
                slots[slot] = SLOT.pack(hashed, start)
            self.directory.append((self._end, len(slots)))
            self.dbfile.file.write(b"".join(slots))
            self._end += SLOT.size * len(slots)


class FlatTerms(W3FieldWriter):
    """Writes the words of a segment with their postings."""

    def __init__(self, codec: "Flat", storage: Any, segment: FlatSegment) -> None:
        self._segment, self._storage = segment, storage
        self._tindex = WordTable(self._create_file(Flat.TERMS_EXT))
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._postfile = self._create_file(Flat.POSTS_EXT)
        self._written = 0
        """Bytes of postings."""

    def start_field(self, fieldname: str, lengths: tuple[int, int]) -> None:
        """Fields come in the order of their names, and in a field words in the order of their bytes.

        `lengths`: the least and the most words a document has in it.
        """
        self._shortest, self._longest = map(length_to_byte, lengths)
        self._fieldid = self._fieldmap.setdefault(fieldname, len(self._fieldmap))

    def write(self, word: bytes, ids: bytes, counts: bytes, places: bytes, most: int) -> None:
        """One word: its postings as arrays of four-byte numbers, and the highest count."""
        packed = ids + (counts if most > 1 else b"") + places
        documents, weight = len(ids) // 4, len(places) // 4
        first, last = int.from_bytes(ids[:4], byteorder), int.from_bytes(ids[-4:], byteorder)
        told = TERM.pack(
            0, weight, documents, self._shortest, self._longest, most, first, last, self._written, len(packed)
        )
        self._postfile.file.write(packed)
        self._written += len(packed)
        self._tindex.add(self._fieldid.to_bytes(FIELD, "big") + word, told)


def encoded(text: str) -> bytes:
    """A word as the index has it; any text can be written, also half of a surrogate pair."""
    return text.encode("utf-8", "surrogatepass")


class _Matcher(ListMatcher):
    """Whoosh's own copy forgets what the term is, and then fails."""

    def copy(self) -> "_Matcher":
        return _Matcher(
            self._ids,
            self._weights,
            self._values,
            self._format,
            self._scorer,
            self._i,
            None,
            self._term,
            self._terminfo,
        )


class Flat(W3Codec):
    """Whoosh's codec with postings as arrays."""

    def field_writer(self, storage: Any, segment: FlatSegment) -> FlatTerms:
        """Where a segment's words go."""
        return FlatTerms(self, storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> FlatSegment:
        """An empty segment."""
        return FlatSegment(self)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> _Matcher:
        """The postings of a word as Whoosh's own queries read them."""
        start, (length,) = terminfo.extent()  # Whoosh forgot to take the length out of its tuple
        found = held(dbfile.view, terminfo.doc_frequency(), start, length)
        counts = found.frequencies()
        values = [part.tobytes() for part in np.split(found.places, np.cumsum(counts)[:-1])]
        weights = counts.astype(float).tolist()
        return _Matcher(found.ids.tolist(), weights, values, format_, scorer, term=term, terminfo=terminfo)
