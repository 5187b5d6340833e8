"""The words index: the only file that knows Whoosh.

A disposable projection: it can always be made again from the database, so on any doubt it is. Words come in already
folded and stemmed (words.py), so Whoosh never analyses text and no analyser is pickled into the index. One document
says up to which outbox row the index knows and on which day; it is written in the same commit as the others.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from os import fsync, replace
from pathlib import Path

from whoosh import fields, query
from whoosh.index import FileIndex, LockError, create_in, open_dir
from whoosh.searching import Searcher
from whoosh.util.filelock import FileLock

from partnerkompas.search.words import Word, stems

VERSION = "2"
"""Raise when the analysis in words.py or the schema changes: an older index is then made again."""

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    exact=fields.KEYWORD(scorable=True),  # a field without lengths makes Whoosh look for a file at every posting
    dutch=fields.KEYWORD(scorable=True),
    english=fields.KEYWORD(scorable=True),
    number=fields.STORED,
    day=fields.STORED,
    version=fields.STORED,
)
_META = "#meta"
_CURRENT, _MANIFEST, _LOCK = "CURRENT", "MANIFEST", "LOCK"

UNUSABLE = (-1, date.min)
"""What an index knows that is not there or cannot be trusted."""


SHORTEST_PREFIX = 3
"""Whoosh takes a second to gather all words with one first letter; the snapshot does it at once."""


class IndexBusy(RuntimeError):
    """Somebody else is writing; what waits will be applied later."""


@dataclass(frozen=True, slots=True)
class Document:
    """A partner and its folded words."""

    id: int
    words: frozenset[str]


@contextmanager
def alone(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Be the only one, of all threads and processes, that writes. Raises IndexBusy, unless told to wait."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(folder / _LOCK))
    if not lock.acquire(blocking=wait):
        raise IndexBusy("somebody else is writing")
    try:
        yield
    finally:
        lock.release()


def rebuild(folder: Path, documents: Iterable[Document], number: int, day: date) -> None:
    """Make the index anew beside the old one and swap. Only for who is `alone`.

    The one before stays until the next time, for readers that are about to open it.
    """
    made = Path(tempfile.mkdtemp(prefix="words-", dir=folder))
    index = create_in(made, SCHEMA)
    writer = index.writer(limitmb=128)
    for document in documents:
        writer.add_document(**_fields(document))
    writer.add_document(id=_META, number=number, day=day.isoformat(), version=VERSION)
    writer.commit(optimize=True)
    index.close()
    _seal(made)
    before = _name(folder)
    _put(folder / _CURRENT, made.name)
    for old in folder.glob("words-*"):
        if old.name not in (made.name, before):
            shutil.rmtree(old, ignore_errors=True)


def update(folder: Path, documents: Iterable[Document], gone: Iterable[int], number: int, day: date) -> None:
    """Replace some documents, drop others, and note the number, all in one commit. Only for who is `alone`.

    Raises IndexBusy when there is no index to update, or something else holds it.
    """
    index, changed = _open(folder), list(documents)
    if index is None:
        raise IndexBusy("there is no index that can be updated")
    try:
        writer = index.writer()
    except LockError as busy:
        raise IndexBusy(str(busy)) from busy
    try:
        with writer.searcher() as searcher:
            for identity in {_META, *map(str, gone), *(str(document.id) for document in changed)}:
                writer.delete_by_term("id", identity, searcher=searcher)
        for document in changed:
            writer.add_document(**_fields(document))
        writer.add_document(id=_META, number=number, day=day.isoformat(), version=VERSION)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    _seal(folder / _name(folder))


def applied(folder: Path) -> tuple[int, date]:
    """The last outbox row the index knows of, and the day its answers were judged on; or UNUSABLE."""
    index = _open(folder)
    if index is None:
        return UNUSABLE
    with index.searcher() as searcher:
        return _known(searcher)


def is_quick(words: Iterable[Word]) -> bool:
    """Whether words can be looked up here without going through a good part of the index."""
    return all(not word.prefix or len(word.text) >= SHORTEST_PREFIX for word in words)


def find(folder: Path, words: Iterable[Word], number: int, day: date) -> frozenset[int] | None:
    """The ids of the partners that have every word; None unless the index knows exactly this number and day."""
    index = _open(folder)
    if index is None:
        return None
    wanted = query.And([_any_form(word) for word in words])
    with index.searcher() as searcher:
        if _known(searcher) != (number, day):
            return None
        reader = searcher.reader()
        stored = (reader.stored_fields(number)["id"] for number in searcher.docs_for_query(wanted))
        return frozenset(int(identity) for identity in stored if identity != _META)


def all_documents(folder: Path) -> dict[int, frozenset[str]]:
    """Every partner in the index with its words, to compare with the database."""
    index = _open(folder)
    if index is None:
        return {}
    found: dict[int, set[str]] = {}
    with index.searcher() as searcher:
        reader = searcher.reader()
        for number in reader.all_doc_ids():
            identity = reader.stored_fields(number)["id"]
            if identity != _META:
                found[int(identity)] = set()
        for word in reader.lexicon("exact"):
            text = word.decode("utf-8")
            for number in searcher.docs_for_query(query.Term("exact", text)):
                found[int(reader.stored_fields(number)["id"])].add(text)
    return {identity: frozenset(words) for identity, words in found.items()}


def _known(searcher: Searcher) -> tuple[int, date]:
    meta = searcher.document(id=_META)
    if not meta or meta.get("version") != VERSION:
        return UNUSABLE
    return int(meta["number"]), date.fromisoformat(meta["day"])


def _open(folder: Path) -> FileIndex | None:
    """The index in use; None when there is none, or any doubt about it."""
    try:
        made = folder / _name(folder)
        if json.loads((made / _MANIFEST).read_text()) != _contents(made):
            return None
        return open_dir(made, schema=SCHEMA)
    except Exception:  # Whoosh raises almost anything on a damaged index; all of it means: make it again
        return None


def _name(folder: Path) -> str:
    """The name of the folder in use; "" when there is none."""
    try:
        return (folder / _CURRENT).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _seal(made: Path) -> None:
    """Write down what belongs to an index, so that damage shows: Whoosh itself checks nothing."""
    _put(made / _MANIFEST, json.dumps(_contents(made)))


def _contents(made: Path) -> dict[str, str]:
    """The files of an index, each with a digest."""
    parts = sorted(path for path in made.iterdir() if path.suffix in (".seg", ".toc"))
    stats = [path.stat() for path in parts]
    return {
        path.name: _digest(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        for path, stat in zip(parts, stats, strict=True)
    }


@lru_cache(maxsize=500)
def _digest(path: Path, *state: int) -> str:
    """A digest of a file as it is now; Whoosh writes each of its files once."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _put(path: Path, text: str) -> None:
    """Replace a small file as a whole."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        fsync(file.fileno())
    replace(beside, path)


def _fields(document: Document) -> dict[str, str | list[str]]:
    """The fields of a document; a list is taken as it is, without any analysis."""
    stemmed = [stems(word) for word in document.words]
    return {
        "id": str(document.id),
        "exact": sorted(document.words),
        "dutch": sorted({dutch for dutch, _english in stemmed}),
        "english": sorted({english for _dutch, english in stemmed}),
    }


def _any_form(word: Word) -> query.Query:
    dutch, english = stems(word.text)
    forms: list[query.Query] = [
        query.Term("exact", word.text),
        query.Term("dutch", dutch),
        query.Term("english", english),
    ]
    if word.prefix:
        forms.append(query.Prefix("exact", word.text))
    return query.Or(forms)
