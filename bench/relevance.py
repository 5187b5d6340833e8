"""How well the index ranks Dutch text, against SQLite FTS5, and finds inflected words, also against Whoosh (issue 3).

    python -m bench.relevance [--tune] [--shared ../shared]

Known items: 990 Dutch help pages on Business Central (name: the title; text: description and body), of each the title
as a query; and two harder sorts made of the same pages: the title where it is not indexed (nor the heading that repeats
it), and the first eight words of the description where that is not indexed. MRR@10 and recall@10 of any word, ranked.
The weights were chosen (`--tune` helps) on the queries for every other page; the table shows those for the others.
FTS5 (unicode61 without diacritics, its own bm25) is shown with the best of AND, OR and AND-then-OR and of name weights
1, 3, 10, chosen for each sort of query on the very half that is shown; then, to see how far that goes, also with 50.

Inflections: 5,000 pairs of OpenTaal: a document holds the base form, the query is the inflected form. Recall, and how
many others are found as well, on average.

Writes bench/results/relevance.json.
"""

import argparse
import json
import platform
import random
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.analysis import LanguageAnalyzer

from partnerkompas.search.index import Applied, Document, Reader, Weights, alone, open_reader, rebuild
from partnerkompas.search.words import Lexicon, fold, forms, found, parse

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results" / "relevance.json"
BEST = 10
INFLECTIONS = 5000
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
            every = {f"{name}_{form}": tokens for name in texts for form, tokens in forms(texts[name], lexicon).items()}
            yield Document("partner", page.number, every)

    with alone(folder):
        rebuild(folder, documents(), Applied(1, date(2026, 1, 1), lexicon.version))
    reader = open_reader(folder)
    assert reader is not None
    return reader


def ours(reader: Reader, lexicon: Lexicon, weights: Weights, any_term: bool = True) -> Search:
    """Our search, for pages that have any of the words, or all."""

    def search(q: str) -> list[int]:
        best = reader.rank(parse(q + " ", lexicon), "partner", BEST, weights=weights, any_term=any_term)
        return [hit.number for hit in best]

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


def known_items(each: Set, reader: Reader, lexicon: Lexicon) -> dict[str, tuple[float, float]]:
    """MRR and recall of all engines for one set, on the half that was not tuned on."""
    _tuned, report = halves(each.queries)
    fts5 = Fts5(each.pages)

    def best_of(*name_weights: float) -> tuple[float, float]:
        ways = [fts5.search(by, weight) for by in ("AND", "OR", "AND, OR") for weight in name_weights]
        return max(figures(way, report) for way in ways)

    return {
        "ours": figures(ours(reader, lexicon, Weights()), report),
        "ours, all words": figures(ours(reader, lexicon, Weights(), any_term=False), report),
        "fts5": best_of(1, 3, 10),
        "fts5, name 50": best_of(50),
    }


def inflections(path: Path, lexicon: Lexicon) -> dict[str, tuple[float, float]]:
    """The share of inflected words that find their base form, and how many other documents they find on average."""
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    pairs = [(each[0], each[1]) for each in lines if len(each) == 2 and each[0] != each[1]]
    sample = random.Random(SEED).sample(pairs, INFLECTIONS)
    pages = [Page(number, "", (base,)) for number, (_inflected, base) in enumerate(sample)]
    with tempfile.TemporaryDirectory() as name:
        postings = index_of(Path(name), pages, lexicon).postings("partner", np.arange(len(pages)))
        everyone = (1 << len(pages)) - 1

        def by_us(q: str) -> set[int]:
            bits = found(parse(q + " ", lexicon), postings, everyone)
            return {place for place in range(len(pages)) if bits >> place & 1}

        told = {"ours": share(by_us, sample)}
    fts5 = Fts5(pages)
    told["fts5"] = share(lambda q: set(fts5.search("AND", 1)(q)), sample)
    analyzer = LanguageAnalyzer("nl")
    having = defaultdict(set)
    for number, (_inflected, base) in enumerate(sample):
        for token in analyzer(base):
            having[token.text].add(number)
    told["whoosh, its own Dutch"] = share(
        lambda q: set.intersection(*([having[token.text] for token in analyzer(q)] or [set()])), sample
    )
    return told


def share(search: Callable[[str], set[int]], pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """How often the base form was found, and how many others were. Pages with the same base form are no others."""
    same = defaultdict(set)
    for number, (_inflected, base) in enumerate(pairs):
        same[fold(base)].add(number)
    hits = [(number, search(inflected), same[fold(base)]) for number, (inflected, base) in enumerate(pairs)]
    return (
        sum(number in each for number, each, _same in hits) / len(pairs),
        sum(len(each - same) for _number, each, same in hits) / len(pairs),
    )


def tune(tried: Sequence[tuple[Set, Reader]], lexicon: Lexicon) -> None:
    """What the half to tune on says of other weights, one changed at a time."""
    now = Weights()
    changes: dict[str, list[object]] = {
        "k1": [1.2, 2.0, 3.0, 4.0],
        "together": [0.0, 0.1, 0.2, 0.4],
        "sequence": [0.0, 0.5, 1.0, 2.0],
        "fields": [{**now.fields, "name": weight} for weight in (3.0, 8.0, 15.0, 30.0)],
        "b": [{**now.b, "text": b} for b in (0.4, 0.65, 0.75, 0.9)],
        "forms": [
            {**now.forms, form: weight} for form in ("dutch", "english", "part") for weight in (0.0, 0.05, 0.2, 0.5)
        ],
    }
    for name, values in changes.items():
        for value in values:
            changed: Any = {name: value}
            weights = replace(now, **changed)
            told = [figures(ours(reader, lexicon, weights), halves(each.queries)[0])[0] for each, reader in tried]
            print(f"{name:14}{value!s:90}", *(f"{mrr:.4f}" for mrr in told), f"{sum(told) / len(told):.4f}", flush=True)


def main() -> None:
    """Measure, print, write down."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments.add_argument("--tune", action="store_true")
    asked = arguments.parse_args()
    data = asked.shared / "data" / "bc_docs_nl"
    lines = [json.loads(line) for line in (data / "bc_docs_nl.jsonl").read_text().splitlines()]
    lexicon = lexicon_of(lines)
    told: dict[str, dict[str, tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        tried = [
            (each, index_of(Path(name) / str(number), each.pages, lexicon))
            for number, each in enumerate(sets(data, lines))
        ]
        if asked.tune:
            tune(tried, lexicon)
            return
        for each, reader in tried:
            told[each.title] = known_items(each, reader, lexicon)
    engines = list(told["title"])
    told["all sorts"] = {
        engine: tuple(np.mean([told[each.title][engine] for each, _reader in tried], axis=0).round(6).tolist())
        for engine in engines
    }
    told["inflections"] = inflections(asked.shared / "data" / "opentaal" / "inflections.tsv", lexicon)
    for title, by_engine in told.items():
        what = "recall, others found" if title == "inflections" else "MRR@10, recall@10"
        print(f"\n{title:26}", what)
        for engine, (first, second) in by_engine.items():
            against = f"{100 * (first / by_engine['fts5'][0] - 1):+.1f} %" if engine == "ours" and "MRR" in what else ""
            print(f"  {engine:24} {first:8.4f} {second:8.4f}   {against}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "figures": told}, indent=2) + "\n")


if __name__ == "__main__":
    main()
