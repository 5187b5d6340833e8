"""How well the queries that users would type find and rank partners, against SQLite FTS5 (issue 3, SRCH-05).

    python -m bench.own_relevance

The queries and whom they should find: bench/own_queries.py. The texts are those that the index has of each partner.

The list: recall and precision of who is found. FTS5 (unicode61 without diacritics) with all words.
The ranking: MRR@10 and recall@10 (of the ten, or of all expected where those are fewer), all words required. FTS5 with
the best of AND and OR and of name weights 1, 3, 10, chosen for each sort of query on the very queries shown.
Both are told what a minus and a phrase are. Queries that should find nobody count for the list alone.

Writes bench/results/own_relevance.json.
"""

import json
import platform
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from statistics import mean

from bench.own_queries import DAY, DUTCH, SEED, Catalogue, Own, own_queries
from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.criteria import actions as criteria
from partnerkompas.criteria.files import read_edition
from partnerkompas.exchange import importing
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search import sync
from partnerkompas.search.asking import ask, found_by_words
from partnerkompas.search.correcting import Kept, corrections
from partnerkompas.search.request import NEUTRAL
from partnerkompas.search.sync import reading
from partnerkompas.search.words import parse

RESULTS = Path(__file__).parent / "results" / "own_relevance.json"
BEST = 10
Slugs = Sequence[str]
Search = Callable[[str], Slugs]


@dataclass(frozen=True)
class Judged:
    """A query with whom it should find, and whom it finds."""

    own: Own
    expected: set[str]
    listed: set[str]
    ranked: Slugs

    @property
    def recall(self) -> float:
        """The share of the expected that is in the list."""
        return len(self.expected & self.listed) / len(self.expected) if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of the list that is expected; of an empty list, whether nobody is."""
        return len(self.expected & self.listed) / len(self.listed) if self.listed else float(not self.expected)

    @property
    def reciprocal(self) -> float:
        """One divided by the rank of the first that is expected; 0 when none of the ten is."""
        return next((1 / rank for rank, slug in enumerate(self.ranked, 1) if slug in self.expected), 0.0)

    @property
    def recall_of_best(self) -> float:
        """The share of as many as could be among the ten."""
        return len(self.expected & set(self.ranked)) / min(BEST, len(self.expected))


@dataclass(frozen=True)
class Figures:
    """The means over some queries."""

    recall: float
    precision: float
    mrr: float
    recall_of_best: float


def figures(judged: Sequence[Judged]) -> Figures:
    """The means; the ranking over the queries that should find somebody."""
    somebody = [each for each in judged if each.expected]
    return Figures(
        mean(each.recall for each in judged),
        mean(each.precision for each in judged),
        mean(each.reciprocal for each in somebody),
        mean(each.recall_of_best for each in somebody),
    )


def judged(queries: Iterable[Own], listed: Search, ranked: Search) -> list[Judged]:
    """Every query that is no typing mistake, judged."""
    catalogue = Catalogue()
    return [
        Judged(own, catalogue.expected(own.expected), set(listed(own.q)), ranked(own.q))
        for own in queries
        if not own.meant
    ]


def load() -> None:
    """Load the criteria and the demonstration data into an empty database, inside an application."""
    with unit_of_work():
        criteria.adopt(OPERATOR, read_edition(SEED / "criteria", SEED / "options", None))
        for take, name in ((importing.import_partners, "partners.json"), (importing.import_answers, "answers.csv")):
            report = take(OPERATOR, SEED / "demo" / name)
            assert report.ok, str(report)


def our_list(q: str) -> Slugs:
    """Whom our list finds."""
    ready = sync.ready()
    found = found_by_words(ready, parse(q, ready.lexicon))
    return [ready.snapshot.firms[place].slug for place in ready.snapshot.sorted(found, NEUTRAL)]


def our_ranking(q: str) -> Slugs:
    """Our ten best, with all words required."""
    ready = sync.ready()
    assert ready.reader is not None
    firms = ready.snapshot.firms
    best = ready.reader.rank(parse(q, ready.lexicon), "partner", BEST)
    return [firms[firms.place_of_id[hit.number]].slug for hit in best]


def proposed(q: str) -> list[str]:
    """What is proposed instead of a query that finds nobody, likeliest first."""
    asked = ask([("q", q)], picks=False)
    return [] if asked.matches.total else [each.label for each in corrections(asked, Kept(), lambda request: "")]


def understood(own: Own) -> bool:
    """Whether a typing mistake leads to whom the query that was meant finds: by the first proposal, or at once."""
    first, *_others = *proposed(own.q), own.q
    return bool(our_list(own.meant)) and our_list(first) == our_list(own.meant)


def tokens(text: str) -> list[str]:
    """The words of a text, about as FTS5 cuts them."""
    return re.findall(r"\w+", text)


class Fts5:
    """SQLite FTS5 with the texts that the index has."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            "create virtual table firm using fts5(name, text, slug unindexed, tokenize='unicode61 remove_diacritics 2')"
        )
        rows = [
            ("\n".join(each.names), "\n".join(each.texts), each.slug) for each in reading.columns(None, reading.now())
        ]
        self.database.executemany("insert into firm values (?, ?, ?)", rows)

    def search(self, by: str, name_weight: float, most: int) -> Search:
        """Search for words joined by AND or OR."""

        def search(q: str) -> Slugs:
            words = [
                (minus, f'"{" ".join(part)}"')
                for minus, phrase, word in re.findall(r'(?:^|(?<=\s))(-?)(?:"([^"]+)"|(\S+))', q)
                for part in ([tokens(phrase)] if phrase else [[token] for token in tokens(word)])
            ]
            asked = f" {by} ".join(word for minus, word in words if not minus)
            never = "".join(f" NOT {word}" for minus, word in words if minus)
            rows = self.database.execute(
                "select slug from firm where firm match ? order by bm25(firm, ?, 1.0), rowid limit ?",
                (f"({asked}){never}", name_weight, most),
            )
            return [slug for (slug,) in rows]

        return search

    def judged(self, queries: Sequence[Own]) -> list[Judged]:
        """The queries, judged in the way that ranks them best."""
        everyone = self.search("AND", 1, -1)
        ways = [self.search(by, weight, BEST) for by in ("AND", "OR") for weight in (1, 3, 10)]
        return max((judged(queries, everyone, way) for way in ways), key=lambda each: figures(each).mrr)


def main() -> None:
    """Measure, print, write down."""
    now = datetime.combine(DAY, time(12), UTC)
    with tempfile.TemporaryDirectory() as folder, clock.fixed_at(now):
        app = create_app(Settings(instance=Path(folder), database_url="", seed=SEED, news_seconds=0))
        with app.app_context():
            migrate.upgrade()
            token = writing.set(True)
            load()
            writing.reset(token)
            report(own_queries())


def report(queries: list[Own]) -> None:
    """Measure inside an application that has the demonstration data."""
    asked = [each for each in queries if not each.meant]
    sorts = {sort: [each for each in asked if each.sort == sort] for sort in dict.fromkeys(each.sort for each in asked)}
    sorts |= {"Dutch: both": [each for each in asked if each.sort in DUTCH], "all": asked}
    fts5, told = Fts5(), {}
    print(f"{'':14}{'':>5}  {'ours':>31}    {'FTS5':>31}")
    print(f"{'sort':14}{'n':>5}  " + "    ".join([f"{'recall':>7}{'prec.':>7}{'MRR':>7}{'rec@10':>10}"] * 2))
    for sort, some in sorts.items():
        both = [figures(judged(some, our_list, our_ranking)), figures(fts5.judged(some))]
        told[sort] = {"queries": len(some), "ours": vars(both[0]), "fts5": vars(both[1])}
        cells = (f"{e.recall:7.3f}{e.precision:7.3f}{e.mrr:7.3f}{e.recall_of_best:10.3f}" for e in both)
        print(f"{sort:14}{len(some):5}  " + "    ".join(cells))
    typed = {each.q: (each.meant, proposed(each.q), understood(each)) for each in queries if each.meant}
    right = sum(good for _meant, _texts, good in typed.values())
    print(f"\ntyping mistakes: {right} of {len(typed)} lead to who was meant\n")
    for each in judged(asked, our_list, our_ranking):
        if each.recall < 1 or each.precision < 1:
            missed, extra = sorted(each.expected - each.listed), sorted(each.listed - each.expected)
            print(
                f"{each.own.q:32} misses {len(missed)} of {len(each.expected)}, finds {len(extra)} others {extra[:3]}"
            )
    for q, (meant, texts, good) in typed.items():
        print(f"{q:32} meant {meant}, proposed {texts}: {'right' if good else 'WRONG'}")
    RESULTS.parent.mkdir(exist_ok=True)
    made = {"python": platform.python_version(), "figures": told, "typing_mistakes": typed}
    RESULTS.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
