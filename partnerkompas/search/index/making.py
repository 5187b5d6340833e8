"""Make one segment: describe its documents, then write its words, and all of it becomes one file."""

from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from partnerkompas.search.index.codec import KEY, NAME, SCHEMA, Flat, FlatSegment


class Making:
    """A segment that is being made in temporary files: first its documents, then its words; `finish` makes them one."""

    def __init__(self, made: Path) -> None:
        self._storage = FileStorage(str(made))
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
        return self.segment
