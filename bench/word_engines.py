"""The engines that bench/index_words.py compares, each with the same words and asked the same."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import tantivy
from whoosh import fields, query
from whoosh.index import create_in

from partnerkompas.search.index import Applied, Document, alone, folder, open_reader, opened, reading, rebuild, update
from partnerkompas.search.words import Query, Token, Word

BEST = 20
Texts = list[tuple[str, str]]
"""Of each document a name and a text."""


class Engine(Protocol):
    """What is measured."""

    def build(self, texts: Texts) -> None: ...
    def open(self) -> None: ...
    def change(self, number: int, text: tuple[str, str]) -> None: ...
    def having(self, *words: str) -> object: ...
    def phrase(self, *words: str) -> object: ...
    def prefix(self, word: str) -> object: ...
    def best(self, *words: str) -> object: ...


class Ours:
    """The words index."""

    def __init__(self, where: Path) -> None:
        self.where, self.applied = where, 0

    def _documents(self, number: int, texts: tuple[str, str]) -> Document:
        tokens = [[Token(word, place) for place, word in enumerate(text.split())] for text in texts]
        return Document("partner", number, {"name_exact": tokens[0], "text_exact": tokens[1]})

    def _next(self) -> Applied:
        self.applied += 1
        return Applied(self.applied, date(2026, 1, 1), "bench")

    def build(self, texts: Texts) -> None:
        self.places = np.arange(len(texts))
        with alone(self.where):
            rebuild(self.where, (self._documents(*each) for each in enumerate(texts)), self._next())

    def forget(self) -> None:
        """As a process that has just started."""
        reading._latest.clear()
        opened._open.clear()
        folder._digests.clear()

    def open(self) -> None:
        reader = open_reader(self.where)
        assert reader is not None
        self.reader, self.postings = reader, reader.postings("partner", self.places)

    def change(self, number: int, text: tuple[str, str]) -> None:
        with alone(self.where):
            update(self.where, [self._documents(number, text)], [], self._next())

    def having(self, *words: str) -> object:
        bits = -1
        for word in words:
            bits &= self.postings.having(("name_exact", word), ("text_exact", word))
        return bits

    def phrase(self, *words: str) -> object:
        return self.postings.in_sequence(words)

    def prefix(self, word: str) -> object:
        return self.postings.starting_with(word)

    def best(self, *words: str) -> object:
        asked = Query(must=tuple(Word(word, lookups=(("exact", word),)) for word in words))
        return self.reader.rank(asked, "partner", BEST)


class Plain:
    """Whoosh as it comes."""

    schema = fields.Schema(id=fields.ID(unique=True, stored=True), name=fields.TEXT, text=fields.TEXT)

    def __init__(self, where: Path) -> None:
        self.where = where

    def build(self, texts: Texts) -> None:
        self.index = create_in(self.where, self.schema)
        writer = self.index.writer(limitmb=256)
        for number, (name, text) in enumerate(texts):
            writer.add_document(id=str(number), name=name, text=text)
        writer.commit()

    def open(self) -> None:
        self.searcher = self.index.searcher()

    def change(self, number: int, text: tuple[str, str]) -> None:
        with self.index.writer() as writer:
            writer.update_document(id=str(number), name=text[0], text=text[1])

    def _all(self, words: tuple[str, ...]) -> query.Query:
        return query.And([query.Or([query.Term("name", word), query.Term("text", word)]) for word in words])

    def _set(self, asked: query.Query) -> object:
        return set(self.searcher.docs_for_query(asked))

    def having(self, *words: str) -> object:
        return self._set(self._all(words))

    def phrase(self, *words: str) -> object:
        return self._set(query.Or([query.Phrase("name", list(words)), query.Phrase("text", list(words))]))

    def prefix(self, word: str) -> object:
        return self._set(query.Or([query.Prefix("name", word), query.Prefix("text", word)]))

    def best(self, *words: str) -> object:
        return self.searcher.search(self._all(words), limit=BEST).top_n


class Fts5:
    """SQLite FTS5."""

    def __init__(self, where: Path) -> None:
        self.file = str(where / "fts5.db")

    def build(self, texts: Texts) -> None:
        database = sqlite3.connect(self.file)
        database.execute("create virtual table page using fts5(name, text, tokenize='unicode61 remove_diacritics 2')")
        database.executemany(
            "insert into page(rowid, name, text) values (?, ?, ?)", ((n, *t) for n, t in enumerate(texts))
        )
        database.commit()
        database.close()

    def open(self) -> None:
        self.database = sqlite3.connect(self.file)

    def change(self, number: int, text: tuple[str, str]) -> None:
        with self.database:
            self.database.execute("update page set name = ?, text = ? where rowid = ?", (*text, number))

    def _set(self, asked: str) -> object:
        return self.database.execute("select rowid from page where page match ?", (asked,)).fetchall()

    def having(self, *words: str) -> object:
        return self._set(" ".join(words))

    def phrase(self, *words: str) -> object:
        return self._set(f'"{" ".join(words)}"')

    def prefix(self, word: str) -> object:
        return self._set(f"{word}*")

    def best(self, *words: str) -> object:
        asked = "select rowid from page where page match ? order by bm25(page, 15, 1) limit ?"
        return self.database.execute(asked, (" ".join(words), BEST)).fetchall()


class Tantivy:
    """tantivy; it counts what matches, and gives the best."""

    def __init__(self, where: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, indexed=True)
        for name in ("name", "text"):
            builder.add_text_field(name, tokenizer_name="whitespace")
        self.schema, self.where = builder.build(), str(where)

    def build(self, texts: Texts) -> None:
        index = tantivy.Index(self.schema, path=self.where)
        writer = index.writer(200_000_000, 1)
        for number, (name, text) in enumerate(texts):
            writer.add_document(tantivy.Document(id=number, name=name, text=text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self.index = tantivy.Index(self.schema, path=self.where)
        self.searcher = self.index.searcher()

    def change(self, number: int, text: tuple[str, str]) -> None:
        writer = self.index.writer(20_000_000, 1)
        writer.delete_documents_by_term("id", number)
        writer.add_document(tantivy.Document(id=number, name=text[0], text=text[1]))
        writer.commit()
        writer.wait_merging_threads()

    def _count(self, asked: Any, limit: int = 1) -> object:
        return self.searcher.search(asked, limit, count=True).hits

    def _parsed(self, asked: str) -> Any:
        return self.index.parse_query(asked, ["name", "text"])

    def having(self, *words: str) -> object:
        return self._count(self._parsed(" ".join(f"+{word}" for word in words)))

    def phrase(self, *words: str) -> object:
        return self._count(self._parsed(f'"{" ".join(words)}"'))

    def prefix(self, word: str) -> object:
        parts = [
            (tantivy.Occur.Should, tantivy.Query.regex_query(self.schema, name, f"{word}.*"))
            for name in ("name", "text")
        ]
        return self._count(tantivy.Query.boolean_query(parts))

    def best(self, *words: str) -> object:
        return self._count(self._parsed(" ".join(f"+{word}" for word in words)), BEST)
