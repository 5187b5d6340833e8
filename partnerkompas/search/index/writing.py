"""Write the index: all of it anew beside the old one, or some documents more. Nothing counts before its commit.

A commit is one file that is replaced (MANIFEST, folder.py). A writer that is killed before leaves the index as it was,
and some files that the next writer removes. Files of the commit before go after it.
"""

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.util.filelock import FileLock

from partnerkompas.search.index.codec import NAME, SCHEMA, FlatSegment
from partnerkompas.search.index.document import AnyDocument, Applied, by_key, key
from partnerkompas.search.index.folder import (
    CURRENT,
    MANIFEST,
    IndexUnusable,
    Manifest,
    clean,
    current,
    make_folder,
    put,
    read_manifest,
    remove,
    seal,
    sync,
    writable,
)
from partnerkompas.search.index.gathering import Gathered
from partnerkompas.search.index.making import Making
from partnerkompas.search.index.opened import Opened, opened

Key = tuple[str, int]
"""The kind and the number of a document."""

_FULL = 12_000_000
"""Words of documents that are gathered in memory before they become a segment: about 200 MB at its highest."""

_BUILDING, _REPLACED = "BUILDING", "REPLACED"
_KEEP_SECONDS = 3600
"""How long an index that was built may wait to be swapped in."""

_BEGINNING_SECONDS = 5
"""How long who makes a folder may take to say that it is at work in it."""


def build(folder: Path, documents: Iterable[AnyDocument], applied: Applied) -> str:
    """Make an index beside the one in use and return its name. Needs no lock: who updates goes on meanwhile.

    Raises ValueError when a document comes twice, IndexUnwritable when the disk does not take it.
    """
    with writable():
        make_folder(folder)
        made = Path(tempfile.mkdtemp(prefix="words-", dir=folder))
        made.chmod(0o755)  # a command may build what another user serves
    try:
        with writable(), held_by_us(made):
            segments = list(_segments(made, documents))
            commit(made, segments, Manifest(1, applied, {}), flushed=True)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return made.name


def swap(folder: Path, name: str) -> None:
    """Make a built index the one in use. Only for who is `alone`. Raises IndexUnusable when there is none of that name.

    The one before stays until the next time, for readers that are about to open it.
    """
    if read_manifest(folder / name) is None:
        raise IndexUnusable(f"there is no index {name}")
    before = current(folder)
    with writable():
        put(folder / CURRENT, name, flushed=True)
        if before and before != name and (folder / before).is_dir():
            with suppress(PermissionError):  # of another user, who removes it
                (folder / before / _REPLACED).touch()
        for other in folder.iterdir():
            if other.name.startswith(("words-", "merging-")) and other.name not in (name, before) and is_left(other):
                remove(other)


def rebuild(folder: Path, documents: Iterable[AnyDocument], applied: Applied) -> None:
    """Make the index anew and use it. Only for who is `alone`."""
    swap(folder, build(folder, documents, applied))


def update(
    folder: Path,
    documents: Iterable[AnyDocument],
    gone: Iterable[Key],
    applied: Applied,
    *,
    name: str | None = None,
) -> None:
    """Replace some documents, drop others, and note what is known now, all in one commit. Only for who is `alone`.

    `name` is that of an index that was built and is not in use yet. Raises IndexUnusable when there is no index to
    update, and IndexUnwritable when the disk does not take it; the index is then as it was.
    """
    index = for_writing(folder, name)
    changed = by_key(documents)
    dropped = {key(*each) for each in gone} | changed.keys()
    try:
        with writable():
            delete(index, dropped)
            added = _segments(index.made, changed.values())
            known = Manifest(index.manifest.generation + 1, applied, index.manifest.files)
            commit(index.made, [*index.described, *added], known)
    except BaseException:
        if manifest := read_manifest(index.made):  # one that cannot be read says nothing about what belongs to it
            with writable():
                clean(index.made, manifest)
        raise


def for_writing(folder: Path, name: str | None = None) -> Opened:
    """The index in use (or one that was built), without what a killed writer left in it. Raises IndexUnusable."""
    name = current(folder) if name is None else name
    try:
        index = opened(folder / name) if name else None
    except OSError:
        index = None
    if index is None:
        raise IndexUnusable("there is no index that can be updated")
    with writable():
        clean(index.made, index.manifest)
    return index


def delete(index: Opened, keys: Iterable[int]) -> None:
    """Mark documents as deleted, in memory: by number, for Whoosh's update_document opens a reader for each."""
    wanted = np.fromiter(keys, np.int64)
    for described, segment in zip(index.described, index.segments, strict=True):
        for document in np.flatnonzero(np.isin(segment.keys, wanted)):
            described.delete_document(int(document))


def commit(made: Path, segments: list[FlatSegment], manifest: Manifest, *, flushed: bool = False) -> None:
    """Make these segments the index: first all of it, then the one file that says so, then clean up.

    `flushed`: all of it is on the disk then. A change is not: whoever asks for it would wait for the disk, and what a
    power cut leaves of it is seen by its checksum.
    """
    alive = [each for each in segments if each.doc_count() > 0]
    storage = FileStorage(str(made))
    TOC(SCHEMA, alive, manifest.generation).write(storage, NAME)
    names = [manifest.toc, *(each.file_name for each in alive)]
    known = {name: manifest.files.get(name, "") for name in names}
    if flushed:
        for name in (name for name, checked in known.items() if not checked):
            sync(made / name)
        sync(made)
    clean(made, seal(made, Manifest(manifest.generation, manifest.applied, known), flushed=flushed))


def _segments(made: Path, documents: Iterable[AnyDocument]) -> Iterator[FlatSegment]:
    """Documents as segments of bounded size."""
    gathered, seen = Gathered(), set[int]()
    for document in documents:
        its_key = key(document.kind, document.number)
        if its_key in seen:
            raise ValueError(f"{document.kind} {document.number} comes twice")
        seen.add(its_key)
        gathered.add(its_key, document)
        if gathered.occurrences >= _FULL:
            yield _written(made, gathered)
            gathered = Gathered()
    if gathered.keys:
        yield _written(made, gathered)


def _written(made: Path, gathered: Gathered) -> FlatSegment:
    """A segment of the documents that were gathered."""
    making, lengths = Making(made, gathered.occurrences), gathered.lengths()
    for its_key, its_lengths in zip(gathered.keys, zip(*lengths.values(), strict=True), strict=True):
        making.describe(its_key, dict(zip(lengths, its_lengths, strict=True)))
    for field in sorted(making.lengths):
        making.terms.start_field(field, making.lengths[field])
        for word, ids, counts, places, most in gathered.postings(field):
            making.terms.write(word, ids.tobytes(), counts.tobytes(), places.tobytes(), most)
    return making.finish()


@contextmanager
def held_by_us(made: Path) -> Iterator[None]:
    """Let others see that somebody works on a folder, for as long as this process does."""
    lock = FileLock(str(made / _BUILDING))
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def is_left(made: Path) -> bool:
    """Whether nobody works on a folder any more, and nobody is about to use it."""
    if (made / _REPLACED).exists():
        return True
    try:
        age = time.time() - made.stat().st_mtime
        if age < (_KEEP_SECONDS if (made / MANIFEST).exists() else _BEGINNING_SECONDS):
            return False
        lock = FileLock(str(made / _BUILDING))
        free = lock.acquire()
    except OSError:
        return False
    if free:
        lock.release()
    return bool(free)
