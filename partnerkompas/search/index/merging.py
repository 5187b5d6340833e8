"""Make few segments of many, beside the index; the lock is held only to put the result in."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge as in_order
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.codec import FlatSegment, Held, encoded
from partnerkompas.search.index.document import INDEX_FIELDS
from partnerkompas.search.index.folder import Manifest, alone, current, remove, writable
from partnerkompas.search.index.making import Making
from partnerkompas.search.index.opened import Opened, opened
from partnerkompas.search.index.segment import Segment
from partnerkompas.search.index.writing import commit, for_writing, held_by_us, is_left

MANY = 8
"""Segments that a Reader may look through: each costs a word that was not asked before some 10 µs."""

_SMALL = 100
"""Documents: segments up to this size are merged whatever the sizes of the others."""


class Source(NamedTuple):
    """A segment to be merged, with what was deleted in it when that began."""

    described: FlatSegment
    segment: Segment


def merge(folder: Path) -> bool:
    """Merge what is worth merging, if anything; whether it was done. Takes the lock itself, shortly, at the end.

    Documents that are updated or dropped meanwhile stay so. Raises IndexUnwritable when the disk does not take it.
    """
    name = current(folder)
    try:
        index = opened(folder / name) if name else None
    except OSError:
        return False
    sources = worth_merging(index) if index else []
    if index is None or not sources:
        return False
    with writable():
        for left in filter(is_left, folder.glob("merging-*")):
            remove(left)
        beside = Path(tempfile.mkdtemp(prefix="merging-", dir=folder))
        try:
            with held_by_us(beside):
                merged, rows = merged_segment(beside, sources)
                with alone(folder, wait=True):
                    return _put_in(folder, index, sources, beside, merged, rows)
        finally:
            remove(beside)


def worth_merging(index: Opened) -> list[Source]:
    """When there are many segments the small ones, as long as the next is not much larger than those before together.

    So a document is written again only some times while an index grows. Also segments of which most was deleted.
    """
    by_size = sorted(map(Source, index.described, index.segments), key=lambda source: source.described.doc_count())
    chosen: list[Source] = []
    if len(by_size) > MANY:
        together = 0
        for source in by_size:
            if source.described.doc_count() > 2 * together + _SMALL:
                break
            together += source.described.doc_count()
            chosen.append(source)
    mostly_gone = [
        source
        for source in by_size
        if source not in chosen
        and source.segment.size > _SMALL
        and source.described.deleted_count() * 2 > source.segment.size
    ]
    return chosen + mostly_gone if len(chosen) > 1 or mostly_gone else []


def merged_segment(beside: Path, sources: Sequence[Source]) -> tuple[FlatSegment, list[NDArray[np.int64]]]:
    """One segment of the documents that are left in some, and for each of those where its documents went (-1: gone)."""
    making, rows = Making(beside, sum(sum(segment.totals.values()) for _described, segment in sources)), []
    for described, segment in sources:
        row = np.full(segment.size, -1, np.int64)
        alive = [document for document in range(segment.size) if not described.is_deleted(document)]
        row[alive] = np.arange(making.size, making.size + len(alive))
        rows.append(row)
        lengths = {field: segment.lengths(field).tolist() for field in INDEX_FIELDS}
        for document in alive:
            its_lengths = {field: length[document] for field, length in lengths.items()}
            making.describe(int(segment.keys[document]), its_lengths)
    for field in sorted(making.lengths):
        making.terms.start_field(field, making.lengths[field])
        for word, found in _words(field, sources):
            _write(making, word, [_moved(held, rows[source]) for source, held in found])
    return making.finish(), rows


def _words(field: str, sources: Sequence[Source]) -> Iterator[tuple[bytes, list[tuple[int, Held]]]]:
    """All words of a field in order, each with its postings by source."""
    streams = [_numbered(number, field, source.segment) for number, source in enumerate(sources)]
    for word, found in groupby(in_order(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        yield word, [(number, held) for _word, number, held in found]


def _numbered(number: int, field: str, segment: Segment) -> Iterator[tuple[bytes, int, Held]]:
    return ((encoded(word), number, held) for word, held in segment.words(field))


def _moved(held: Held, row: NDArray[np.int64]) -> Held:
    """Postings with the new numbers of the documents, without those that are gone."""
    ids = row[held.ids]
    left = ids >= 0
    if left.all():
        return Held(ids.astype(np.uint32), held.counts, held.places)
    counts = held.frequencies()
    return Held(ids[left].astype(np.uint32), counts[left], held.places[np.repeat(left, counts)])


def _write(making: Making, word: bytes, found: list[Held]) -> None:
    ids = np.concatenate([held.ids for held in found])
    if not len(ids):
        return
    counts = [] if all(held.counts is None for held in found) else [held.frequencies() for held in found]
    most = max((int(each.max(initial=1)) for each in counts), default=1)
    making.terms.write(word, ids.tobytes(), _joined(counts), _joined(held.places for held in found), most)


def _joined(found: Iterable[NDArray[np.uint32]]) -> bytes:
    return b"".join(each.tobytes() for each in found)


def _put_in(
    folder: Path,
    index: Opened,
    sources: Sequence[Source],
    beside: Path,
    merged: FlatSegment,
    rows: Sequence[NDArray[np.int64]],
) -> bool:
    """Let the merged segment take the place of the others; False when the index is another by now."""
    if folder / current(folder) != index.made:
        return False
    now = for_writing(folder)
    described = {each.file_name: each for each in now.described}
    taken = {source.described.file_name for source in sources}
    for source, row in zip(sources, rows, strict=True):
        left = described.get(source.described.file_name)
        for document, place in enumerate(row.tolist()):
            if place >= 0 and (left is None or left.is_deleted(document)):  # no segment: all were, or are elsewhere
                merged.delete_document(place)
    os.replace(beside / merged.file_name, now.made / merged.file_name)
    others = [each for name, each in described.items() if name not in taken]
    known = Manifest(now.manifest.generation + 1, now.manifest.applied, now.manifest.files)
    commit(now.made, [*others, merged], known)
    return True
