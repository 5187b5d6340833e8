"""The words index: the only file that knows Whoosh.

A disposable projection: it can always be made again from the database, so on any doubt it is. Words come in already
folded and stemmed (words.py), so Whoosh never analyses text and no analyser is pickled into the index. One document
says up to which outbox row the index knows and on which day; it is written in the same commit as the others.
"""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from os import fsync, replace
from pathlib import Path

from whoosh import fields, query
from whoosh.index import FileIndex, LockError, create_in, open_dir

from partnerkompas.search.words import Word, stems

VERSION = "1"
"""Raise when the analysis in words.py or the schema changes: an older index is then made again."""

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    exact=fields.KEYWORD,
    dutch=fields.KEYWORD,
    english=fields.KEYWORD,
    number=fields.STORED,
    day=fields.STORED,
    version=fields.STORED,
)
_META = "#meta"


class IndexBusy(RuntimeError):
    """Somebody else is writing; what waits will be applied later."""


@dataclass(frozen=True, slots=True)
class Document:
    """A partner and its folded words."""

    id: int
    words: frozenset[str]


def rebuild(folder: Path, documents: Iterable[Document], number: int, day: date) -> None:
    """Make the index anew beside the old one and swap; readers of the old one go on until they are done."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="words-", dir=folder))
    index = create_in(made, SCHEMA)
    writer = index.writer(limitmb=128)
    for document in documents:
        writer.add_document(**_fields(document))
    writer.add_document(id=_META, number=number, day=day.isoformat(), version=VERSION)
    writer.commit(optimize=True)
    index.close()
    pointer = folder / "CURRENT.new"
    with pointer.open("w") as file:
        file.write(made.name)
        file.flush()
        fsync(file.fileno())
    replace(pointer, folder / "CURRENT")
    for old in folder.glob("words-*"):
        if old.name != made.name:
            shutil.rmtree(old, ignore_errors=True)


def update(folder: Path, documents: Iterable[Document], gone: Iterable[int], number: int, day: date) -> None:
    """Replace some documents, drop others, and note the number, all in one commit. Raises IndexBusy."""
    index = _open(folder)
    if index is None:
        raise IndexBusy("there is no index yet")
    try:
        writer = index.writer()
    except LockError as busy:
        raise IndexBusy(str(busy)) from busy
    try:
        for identity in [*map(str, gone), _META]:
            writer.delete_by_term("id", identity)
        for document in documents:
            writer.delete_by_term("id", str(document.id))
            writer.add_document(**_fields(document))
        writer.add_document(id=_META, number=number, day=day.isoformat(), version=VERSION)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def applied(folder: Path) -> tuple[int, date]:
    """The last outbox row the index knows of, and the day its answers were judged on; -1 when it cannot be used."""
    index = _open(folder)
    if index is not None:
        with index.searcher() as searcher:
            meta = searcher.document(id=_META)
        if meta and meta.get("version") == VERSION:
            return int(meta["number"]), date.fromisoformat(meta["day"])
    return -1, date.min


def find(folder: Path, words: Iterable[Word]) -> frozenset[int]:
    """The ids of the partners that have every word."""
    index = _open(folder)
    if index is None:
        return frozenset()
    wanted = query.And([_any_form(word) for word in words])
    with index.searcher() as searcher:
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


def _open(folder: Path) -> FileIndex | None:
    """The index in use, or None when there is none that opens."""
    try:
        name = (folder / "CURRENT").read_text().strip()
        return open_dir(folder / name, schema=SCHEMA)
    except Exception:  # Whoosh raises almost anything on a damaged index; all of it means: make it again
        return None


def _fields(document: Document) -> dict[str, str]:
    stemmed = [stems(word) for word in sorted(document.words)]
    return {
        "id": str(document.id),
        "exact": " ".join(sorted(document.words)),
        "dutch": " ".join(sorted({dutch for dutch, _english in stemmed})),
        "english": " ".join(sorted({english for _dutch, english in stemmed})),
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
