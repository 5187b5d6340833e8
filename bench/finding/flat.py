"""The market as one flat table for Datasette, and the requests that both it and we can answer.

A column a question: a value, or an array of values in JSON. Columns that are facets or filters have an index, and the
words a full-text table that Datasette finds by itself. Facets asked for have no choice of their own, since Datasette
counts a facet after its own choice; so all counts must be equal.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.finding.criteria import edition
from bench.finding.market import Trader
from bench.finding.requests import Answer, Wanted, value_facets
from bench.finding.whoosh_groups import has_one_value

SCALARS = tuple(facet for facet in value_facets() if has_one_value(facet) and edition().by_key[facet].options)
ARRAYS = tuple(facet for facet in value_facets() if not has_one_value(facet))
TEN, FIVE = SCALARS[:10], ARRAYS[:5]
YES_OR_NO = tuple(
    facet for facet in value_facets() if edition().by_key[facet].kind == "yes_no" and has_one_value(facet)
)
CHOSEN = {
    **dict.fromkeys(YES_OR_NO[:2], ("ja",)),
    SCALARS[10]: (edition().by_key[SCALARS[10]].options.options[0].code,),  # type: ignore[union-attr]
}


@dataclass(frozen=True, slots=True)
class Case:
    """One request that is made of both: the facets Datasette is asked for, and the request itself."""

    name: str
    facets: tuple[str, ...]
    wanted: Wanted

    def address(self, form: str = "") -> str:
        """Its address in Datasette; `form` is ".json" for data."""
        pairs = [("_facet_array" if facet in ARRAYS else "_facet", facet) for facet in self.facets]
        pairs += [(facet, code) for facet, (code,) in self.wanted.chosen.items()]
        pairs += [("_search", " ".join(self.wanted.words))] if self.wanted.words else []
        pairs += [("_size", "20"), ("_facet_size", "max"), ("_nocol", "words"), ("_nosuggest", "1")]
        return f"/flat/partner{form}?{urlencode(pairs)}"

    def read(self, body: bytes) -> Answer:
        """What Datasette says, to be compared."""
        said = json.loads(body)
        counts = {
            facet: {str(each["value"]): each["count"] for each in said["facet_results"][facet]["results"]}
            for facet in self.facets
        }
        return Answer(said["filtered_table_rows_count"], counts)

    def only(self, whole: Answer) -> Answer:
        """Of an answer with all facets, those that Datasette is asked for."""
        return Answer(whole.total, {facet: whole.counts.get(facet, {}) for facet in self.facets})


EVERY = (*SCALARS, *YES_OR_NO, *ARRAYS)
MOST_WITH_EVERY = 10_000
"""In a larger market one page of Datasette with every facet takes a quarter of a minute."""


def cases(size: int) -> list[Case]:
    """The requests of the comparison: some facets, as pages of Datasette have, and all that a page of ours has."""
    branch = next(each for each in edition().questions if each.kind == "tree").options
    assert branch is not None
    word = branch.options[0].label.nl.split()[0].lower()
    some = [
        Case("10 scalar facets", TEN, Wanted("facets")),
        Case("a broad word, 10 scalar facets", TEN, Wanted("words", (word,))),
        Case("15 facets, 3 filters", (*TEN, *FIVE), Wanted("facets", (), CHOSEN)),
    ]
    unchosen = tuple(facet for facet in EVERY if facet not in CHOSEN)
    every = [
        Case(f"all {len(EVERY)} facets", EVERY, Wanted("facets")),
        Case(f"the {len(unchosen)} facets without a choice, 3 filters", unchosen, Wanted("facets", (), CHOSEN)),
    ]
    return some + (every if size <= MOST_WITH_EVERY else [])


def build(folder: Path, partners: Iterable[Trader]) -> None:
    database = sqlite3.connect(folder / "flat.db")
    listed = ", ".join(f"{column} TEXT" for column in EVERY)
    database.execute(f"CREATE TABLE partner (id INTEGER PRIMARY KEY, name TEXT, words TEXT, {listed})")
    marks = ", ".join("?" * (3 + len(EVERY)))
    for partner in partners:
        has = partner.facets()
        row = [next(iter(has[facet])) if facet in has else None for facet in (*SCALARS, *YES_OR_NO)]
        row += [json.dumps(sorted(has.get(facet, ()))) for facet in ARRAYS]
        database.execute(
            f"INSERT INTO partner VALUES ({marks})", (partner.id, partner.name, " ".join(partner.words()), *row)
        )
    for column in (*SCALARS, *YES_OR_NO):
        database.execute(f"CREATE INDEX {column}_index ON partner ({column})")
    database.execute("CREATE VIRTUAL TABLE partner_fts USING fts5 (words, content=\"partner\", content_rowid='id')")
    database.execute("INSERT INTO partner_fts (partner_fts) VALUES ('rebuild')")
    database.execute("ANALYZE")
    database.commit()
    database.close()
