"""Make one segment of documents: gathered as long arrays of numbers, put in order at once, written as one file."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whoosh.filedb.filestore import FileStorage

from partnerkompas.search.index.codec import KEY, NAME, SCHEMA, Flat, FlatSegment, encoded
from partnerkompas.search.index.document import PLACED, Document


class Written(NamedTuple):
    """A word with its postings as four-byte numbers."""

    word: bytes
    ids: bytes
    counts: bytes
    places: bytes
    most: int
    """The highest of the counts."""


class Gathered:
    """The words of one field: for each that came which it is, where, and how many came of each document."""

    def __init__(self) -> None:
        self.number_of: defaultdict[str, int] = defaultdict(count().__next__)
        self.words, self.places = array("I"), array("I")
        self.documents, self.lengths = array("I"), array("I")

    def in_order(self, placed: bool) -> Iterator[Written]:
        """Each word, in the order of their bytes, with its postings."""
        spelled = sorted((encoded(text), number) for text, number in self.number_of.items())
        rank = np.empty(len(spelled), np.uint32)
        rank[[number for _word, number in spelled]] = np.arange(len(spelled))
        words = rank[np.frombuffer(self.words, np.uint32)]
        documents = np.repeat(np.frombuffer(self.documents, np.uint32), np.frombuffer(self.lengths, np.uint32))
        places = np.frombuffer(self.places, np.uint32)
        order = np.lexsort((places, documents, words)) if placed else np.argsort(words, kind="stable")
        words, documents = words[order], documents[order]
        first = np.flatnonzero(np.diff(words, prepend=-1).astype(bool) | np.diff(documents, prepend=-1).astype(bool))
        counts = np.diff(first, append=len(words)).astype(np.uint32)
        starts = np.searchsorted(words[first], np.arange(len(spelled) + 1))
        most = np.maximum.reduceat(counts, starts[:-1]).tolist()
        all_ids, all_counts = memoryview(documents[first].tobytes()), memoryview(counts.tobytes())
        all_places = memoryview(places[order].tobytes() if placed else b"")
        place_starts = np.append(first, len(words))[starts].tolist()
        posting_starts = starts.tolist()
        for row, (word, _number) in enumerate(spelled):
            postings = slice(4 * posting_starts[row], 4 * posting_starts[row + 1])
            its_places = slice(4 * place_starts[row], 4 * place_starts[row + 1])
            ids, often = bytes(all_ids[postings]), bytes(all_counts[postings])
            yield Written(word, ids, often, bytes(all_places[its_places]), most[row])


class Making:
    """A segment that is being made, in memory and in temporary files; `finish` writes it as one file."""

    def __init__(self, made: Path) -> None:
        self._storage = FileStorage(str(made))
        codec = Flat()
        self.segment: FlatSegment = codec.new_segment(self._storage, NAME)
        self._documents = codec.per_document_writer(self._storage, self.segment)
        self.terms = codec.field_writer(self._storage, self.segment)
        self._gathered: dict[str, Gathered] = {}
        self.lengths: dict[str, tuple[int, int]] = {}
        """The least and the most words a document has in a field."""
        self.size = 0
        self.taken = 0
        """Words that were gathered."""

    def add(self, its_key: int, document: Document) -> None:
        """One more document with its words."""
        for field, tokens in document.forms.items():
            if not tokens:
                continue
            gathered = self._gathered.get(field)
            if gathered is None:
                gathered = self._gathered[field] = Gathered()
            number_of = gathered.number_of
            gathered.words.extend([number_of[text] for text, _place in tokens])
            gathered.places.extend([place for _text, place in tokens])
            gathered.documents.append(self.size)
            gathered.lengths.append(len(tokens))
            self.taken += len(tokens)
        self.describe(its_key, {field: len(tokens) for field, tokens in document.forms.items()})

    def describe(self, its_key: int, lengths: dict[str, int]) -> None:
        """One more document, without its words: its key and how many words each of its fields has."""
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
        for field in sorted(self._gathered):
            self.terms.start_field(field, None)
            for written in self._gathered[field].in_order(field in PLACED):
                self.terms.write(*written, self.lengths[field])
        self.terms.close()
        self.segment.create_compound_file(self._storage)
        return self.segment

    def drop(self) -> None:
        """Nothing came: leave no files. What is left of the temporary ones goes with the commit."""
        self._documents.close()
        self.terms.close()
        for name in self.segment.list_files(self._storage):
            self._storage.delete_file(name)
