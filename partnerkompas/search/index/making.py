"""Make one segment: describe its documents, then write its words, and all of it becomes one file."""

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage

from partnerkompas.search.index.codec import KEY, NAME, SCHEMA, Flat, FlatSegment

_IN_MEMORY = 1_000_000
"""Words of documents that become a segment in memory; of more it is made in temporary files."""


class _Memory(RamStorage):
    """Temporary files that are none: a dozen small files cost more than what one change writes in them."""

    def temp_storage(self, name: str | None = None) -> "_Memory":
        return self


class Making:
    """A segment that is being made: first its documents, then its words; `finish` makes one file of it."""

    def __init__(self, made: Path, words: int) -> None:
        """`words`: how many there will be about, in all fields of all documents together."""
        self._made = made
        self._storage: Any = _Memory() if words <= _IN_MEMORY else FileStorage(str(made))
        codec = Flat()
        self.segment: FlatSegment = codec.new_segment(self._storage, NAME)
        self._documents = codec.per_document_writer(self._storage, self.segment)
        self.terms = codec.field_writer(self._storage, self.segment)
        self.lengths: dict[str, tuple[int, int]] = {}
        """The least and the most words a document has in a field."""
        self.size = 0

    def describe(self, its_key: int, lengths: dict[str, int]) -> None:
        """One more document: its key and how many words each of its fields has."""
        writer = self._documents
        writer.start_doc(self.size)
        for field, length in lengths.items():
            if length:
                writer.add_field(field, SCHEMA[field], None, length)
                least, most = self.lengths.get(field, (length, length))
                self.lengths[field] = min(least, length), max(most, length)
        writer.add_column_value("key", KEY, its_key)
        writer.finish_doc()
        self.size += 1

    def finish(self) -> FlatSegment:
        """Write it down."""
        self._documents.close()
        self.segment.set_doc_count(self.size)
        self.terms.close()
        self.segment.create_compound_file(self._storage)
        if isinstance(self._storage, _Memory):
            (self._made / self.segment.file_name).write_bytes(self._storage.files[self.segment.file_name])
        return self.segment
