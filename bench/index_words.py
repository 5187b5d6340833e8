"""How quick the words index is, beside Whoosh as it comes, SQLite FTS5 and tantivy (issue 3).

    python -m bench.index_words [--sizes 10000 100000]

All get the same words (Zipf, 20,000 different, 3 in a name and 60 in a text); Whoosh as it comes only 10,000 documents,
for it takes minutes. "Cold" is the first time in a process that has just opened the index (the file system knows the
files), "warm" the middle of 30 times. A set is all documents that match; the best are 20 by BM25.

Writes bench/results/index_words.json. One machine, engines one after the other: only ratios mean something.
"""

import argparse
import json
import platform
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.word_engines import Engine, Fts5, Ours, Plain, Tantivy, Texts
from partnerkompas.search.index import Applied, Document, alone, rebuild
from partnerkompas.search.words import FORMS, Token

RESULTS = Path(__file__).parent / "results" / "index_words.json"
SEED, WORDS, TIMES = 20261125, 20_000, 30


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
        engines: dict[str, Callable[[Path], Engine]] = {"ours": Ours, "fts5": Fts5, "tantivy": Tantivy}
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
