"""How quick the words index is, beside Whoosh as it comes, SQLite FTS5 and tantivy (`pip install tantivy`; issue 3).

    python bench/index_words.py [--sizes 10000 100000]

All get the same words (Zipf, 20,000 different, 3 in a name and 60 in a text); Whoosh as it comes only 10,000 documents,
for it takes minutes. "Cold" is the first time in a process that has just opened the index (the file system knows the
files), "warm" the middle of 30 times. A set is all documents that match; the best are 20 by BM25.

Writes bench/results/index_words.json. One machine, engines one after the other: only ratios mean something.
"""

import argparse
import json
import platform
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import numpy as np
from whoosh import fields, query
from whoosh.index import create_in

from partnerkompas.search.index import Applied, Document, alone, folder, open_reader, opened, reading, rebuild, update
from partnerkompas.search.words import FORMS, Query, Token, Word

try:
    import tantivy
except ImportError:
    tantivy = None

RESULTS = Path(__file__).parent / "results" / "index_words.json"
SEED, WORDS, TIMES, BEST = 20261125, 20_000, 30, 20
Texts = list[tuple[str, str]]


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
            bits &= self.postings.having("name_exact", word) | self.postings.having("text_exact", word)
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


def made_up(size: int) -> Texts:
    """Names and texts, the same each time."""
    chance = random.Random(SEED)
    vocabulary = [f"{chance.choice('bdfgklmnprstvw')}{chance.choice('aeiou')}{number}" for number in range(WORDS)]
    weights = [1 / (rank + 10) for rank in range(WORDS)]
    words = chance.choices(vocabulary, weights, k=63 * size)
    return [(" ".join(words[at : at + 3]), " ".join(words[at + 3 : at + 63])) for at in range(0, len(words), 63)]


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes once."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def measured(make: Callable[[Path], Engine], texts: Texts) -> dict[str, float]:
    """All figures of an engine."""
    words = " ".join(f"{name} {text}" for name, text in texts[:2000]).split()
    by_number = top(words)
    broad, middle, rare = by_number[0], by_number[len(by_number) // 50], by_number[-1]
    pair = texts[7][1].split()[:2]
    asks: dict[str, Callable[[Engine], object]] = {
        "broad word, set": lambda engine: engine.having(broad),
        "rare word, set": lambda engine: engine.having(rare),
        "three words, set": lambda engine: engine.having(*by_number[:3]),
        "phrase, set": lambda engine: engine.phrase(*pair),
        "prefix of three letters, set": lambda engine: engine.prefix(middle[:3]),
        "broad word, best 20": lambda engine: engine.best(broad),
        "three words, best 20": lambda engine: engine.best(*by_number[:3]),
    }
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        engine = make(Path(name))
        told["build"] = milliseconds(lambda: engine.build(texts))
        if isinstance(engine, Ours):
            engine.forget()
        told["open"] = milliseconds(engine.open)
        for title, ask in asks.items():
            told[f"{title}, cold"] = milliseconds(lambda ask=ask: ask(engine))
            told[f"{title}, warm"] = median(milliseconds(lambda ask=ask: ask(engine)) for _time in range(TIMES))
        changes, opens = [], []
        for number in range(10):
            changes.append(milliseconds(lambda number=number: engine.change(number, texts[number + 20])))
            opens.append(milliseconds(engine.open))
        told["one document changed"] = median(changes)
        told["open after it"] = median(opens)
    return told


def top(words: list[str]) -> list[str]:
    """Words, the most frequent first."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


def five_forms(texts: Texts) -> float:
    """How long ours takes with all forms of the words, as in use."""
    with tempfile.TemporaryDirectory() as name:

        def documents() -> Any:
            for number, (title, text) in enumerate(texts):
                tokens = {
                    field: [Token(word, place) for place, word in enumerate(words.split())]
                    for field, words in (("name", title), ("text", text))
                }
                yield Document(
                    "partner", number, {f"{field}_{form}": tokens[field] for field in tokens for form in FORMS}
                )

        with alone(Path(name)):
            return milliseconds(lambda: rebuild(Path(name), documents(), Applied(1, date(2026, 1, 1), "bench")))


def main() -> None:
    """Measure, print, write down."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    told: dict[str, dict[str, dict[str, float]]] = {}
    for size in arguments.parse_args().sizes:
        texts = made_up(size)
        engines: dict[str, Callable[[Path], Engine]] = {"ours": Ours, "fts5": Fts5}
        if tantivy is not None:
            engines["tantivy"] = Tantivy
        if size <= 10_000:
            engines["whoosh"] = Plain
        found = told[f"{size} documents"] = {name: measured(make, texts) for name, make in engines.items()}
        print(f"\n{size:,} documents, milliseconds", *(f"{name:>10}" for name in found))
        for row in found["ours"]:
            print(f"{row:36}", *(f"{figures[row]:10.3f}" for figures in found.values()))
        found["ours, five forms"] = {"build": five_forms(texts)}
        print(f"{'build, five forms':36} {found['ours, five forms']['build']:10.3f}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "milliseconds": told}, indent=2) + "\n")


if __name__ == "__main__":
    main()
