"""How well the index ranks Dutch text, against SQLite FTS5 and Whoosh as it comes (issue 3).

    python bench/relevance.py [--tune] [--shared ../shared]

Known items: 990 Dutch help pages on Business Central with the title of each as a query (qtype, doc_id, query), and two
harder sorts made of the same pages: the title where it is not indexed as a name, and the start of the description where
that is left out of the page. MRR@10 and recall@10. The weights were chosen (`--tune`) on the queries of every other
page; the table shows the other half. FTS5 gets the better of AND and OR and the best of its column weights, chosen on
the half that is shown, which favours FTS5.

Inflections: 5,000 pairs of OpenTaal, a document holds the base form, the query is the inflected form: is it found?

Writes bench/results/relevance.json.
"""

import argparse
import json
import random
import re
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from partnerkompas.search.index import Applied, Document, Reader, Weights, alone, open_reader, rebuild
from partnerkompas.search.words import FIELDS, Lexicon, Query, fold, forms, found, parse

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results" / "relevance.json"
BEST = 10
SEED = 20261125


@dataclass(frozen=True)
class Page:
    """A help page: a name and texts."""

    number: int
    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A query of which is known what it should find."""

    sort: str
    page: int
    q: str


@dataclass(frozen=True)
class Set:
    """Pages and queries for them."""

    title: str
    pages: list[Page]
    queries: list[Known]


Search = Callable[[str], list[int]]
"""The numbers of the ten best pages."""


def sets(data: Path, lines: list[dict[str, str]]) -> list[Set]:
    """The known-item sets."""
    number_of = {line["id"]: number for number, line in enumerate(lines)}
    given = [each.split("\t") for each in (data / "known_item_queries.dev.tsv").read_text().splitlines()[1:]]
    titles = [Known(qtype, number_of[page], q) for qtype, page, q in given]
    whole = [Page(n, each["title"], (each["description"] or "", each["text"])) for n, each in enumerate(lines)]
    bare = [Page(n, "", (each["description"] or "", without_heading(each["text"]))) for n, each in enumerate(lines)]
    no_description = [Page(n, each["title"], (each["text"],)) for n, each in enumerate(lines)]
    described = [
        Known("description", n, " ".join(each["description"].split()[:8]))
        for n, each in enumerate(lines)
        if len((each["description"] or "").split()) >= 8
    ]
    return [
        Set("title", whole, titles),
        Set("title, not indexed", bare, [Known("title, not indexed", each.page, each.q) for each in titles]),
        Set("description, not indexed", no_description, described),
    ]


def without_heading(text: str) -> str:
    """A page without its first heading, which mostly is its title."""
    return re.sub(r"\A\s*#[^\n]*\n", "", text)


def lexicon_of(lines: Sequence[Mapping[str, object]]) -> Lexicon:
    """Compounds are made of words of the titles and keywords."""
    return Lexicon.made([f"{each['title']} {each.get('keywords') or ''}" for each in lines], {})


def index_of(folder: Path, pages: Iterable[Page], lexicon: Lexicon) -> Reader:
    """Our index of some pages."""

    def documents() -> Iterable[Document]:
        for page in pages:
            texts = {"name": [page.name] if page.name else [], "text": page.texts}
            every = {f"{name}_{form}": tokens for name in FIELDS for form, tokens in forms(texts[name], lexicon).items()}
            yield Document("partner", page.number, every)

    with alone(folder):
        rebuild(folder, documents(), Applied(1, date(2026, 1, 1), lexicon.version))
    reader = open_reader(folder)
    assert reader is not None
    return reader


def ours(reader: Reader, lexicon: Lexicon, weights: Weights) -> Search:
    """Our search: who has all terms, then who has some."""

    def search(q: str) -> list[int]:
        query = parse(q + " ", lexicon)
        best = [hit.number for hit in reader.rank(query, "partner", BEST, weights=weights)]
        if len(best) < BEST:
            more = reader.rank(query, "partner", BEST, weights=weights, any_term=True)
            best += [hit.number for hit in more if hit.number not in best]
        return best[:BEST]

    return search


class Fts5:
    """SQLite FTS5 with the same pages."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            "create virtual table page using fts5(name, text, tokenize='unicode61 remove_diacritics 2')"
        )
        rows = [(page.number, page.name, "\n".join(page.texts)) for page in pages]
        self.database.executemany("insert into page(rowid, name, text) values (?, ?, ?)", rows)

    def search(self, joined: str, name_weight: float) -> Search:
        """Search for words joined by AND or OR; "AND, OR" is all words first, then any."""

        def once(q: str, by: str) -> list[int]:
            words = re.findall(r"\w+", q)
            asked = f" {by} ".join(f'"{word}"' for word in words)
            if not words:
                return []
            rows = self.database.execute(
                "select rowid from page where page match ? order by bm25(page, ?, 1.0), rowid limit ?",
                (asked, name_weight, BEST),
            )
            return [number for (number,) in rows]

        def search(q: str) -> list[int]:
            best: list[int] = []
            for by in joined.split(", "):
                best += [number for number in once(q, by) if number not in best]
            return best[:BEST]

        return search


def figures(search: Search, queries: Iterable[Known]) -> tuple[float, float]:
    """MRR@10 and recall@10."""
    ranks = [found_at(search(each.q), each.page) for each in queries]
    return sum(1 / rank for rank in ranks if rank) / len(ranks), sum(rank > 0 for rank in ranks) / len(ranks)


def found_at(best: Sequence[int], page: int) -> int:
    """The rank from 1; 0 when it is not there."""
    return best.index(page) + 1 if page in best else 0


def halves(queries: Sequence[Known]) -> tuple[list[Known], list[Known]]:
    """To tune on, and to report; all queries for a page are in one half."""
    return [each for each in queries if each.page % 2], [each for each in queries if not each.page % 2]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments.add_argument("--tune", action="store_true")
    asked = arguments.parse_args()
    data = asked.shared / "data" / "bc_docs_nl"
    lines = [json.loads(line) for line in (data / "bc_docs_nl.jsonl").read_text().splitlines()]
    lexicon = lexicon_of(lines)
    for each in sets(data, lines):
        tune, report = halves(each.queries)
        with tempfile.TemporaryDirectory() as name:
            reader = index_of(Path(name), each.pages, lexicon)
            fts = Fts5(each.pages)
            print(each.title, len(report))
            for joined in ("AND", "OR", "AND, OR"):
                for weight in (1.0, 3.0, 10.0):
                    print("  fts5", joined, weight, *(f"{value:.4f}" for value in figures(fts.search(joined, weight), report)))
            started = time.perf_counter()
            print("  ours", *(f"{value:.4f}" for value in figures(ours(reader, lexicon, Weights()), report)), time.perf_counter() - started)


if __name__ == "__main__":
    main()
