"""The same answers by SQL over what each firm said, laid flat by hand: an oracle with no code of ours in it."""

import sqlite3
from collections.abc import Iterable

from partnerkompas.answers.models import State
from partnerkompas.search.request import Choice, FacetKey, Range, SearchRequest
from tests.search import by_hand
from tests.search.made_up import WIDE, Firm

TABLES = """
CREATE TABLE firm (slug TEXT PRIMARY KEY);
CREATE TABLE word (slug TEXT, word TEXT);
CREATE TABLE stands (slug TEXT, facet TEXT, state TEXT, code TEXT, number REAL, day TEXT);
CREATE INDEX stands_by_facet ON stands (facet, slug);
"""


def laid_flat(firms: Iterable[Firm], words: Iterable[str], has_word: object) -> sqlite3.Connection:
    """A database in memory with what each firm stands under; `has_word(firm, word)` says what it is found by."""
    database = sqlite3.connect(":memory:")
    database.executescript(TABLES)
    for firm in firms:
        database.execute("INSERT INTO firm VALUES (?)", [firm.slug])
        found = [(firm.slug, word) for word in words if has_word(firm, word)]  # type: ignore[operator]
        database.executemany("INSERT INTO word VALUES (?, ?)", found)
        for question in WIDE.questions:
            for product, state, value in by_hand.known(firm, question.key):
                for facet in {question.key, f"{question.key}@{product}" if product else question.key}:
                    _stand(database, firm.slug, facet, state, value)
    return database


def _stand(database: sqlite3.Connection, slug: str, facet: str, state: State, value: object) -> None:
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    day = (f"{value}-01-01")[:10] if isinstance(value, (int, str)) and str(value)[:4].isdigit() else None
    for code in [*by_hand.codes(value), None]:
        database.execute("INSERT INTO stands VALUES (?, ?, ?, ?, ?, ?)", [slug, facet, state.value, code, number, day])


def total(database: sqlite3.Connection, request: SearchRequest) -> int:
    """How many firms meet a request."""
    where, values = ["1"], list[object]()
    for word in request.q.split():
        where.append("EXISTS (SELECT 1 FROM word WHERE word.slug = firm.slug AND word.word = ?)")
        values.append(word)
    for key, choice in request.filters:
        sql, more = _meets(key, choice)
        where.append(sql)
        values += more
    found: int = database.execute(f"SELECT count(*) FROM firm WHERE {' AND '.join(where)}", values).fetchone()[0]
    return found


def _meets(key: FacetKey, choice: Choice) -> tuple[str, list[object]]:
    alternatives: list[tuple[str, list[object]]] = [("code = ?", [code]) for code in choice.any_of]
    alternatives += [_within(key, wanted) for wanted in choice.ranges]
    every: list[tuple[str, list[object]]] = [("code = ?", [code]) for code in choice.all_of]
    said: list[tuple[str, list[object]]] = []
    if alternatives or every:
        either = [_any(key, alternatives)] if alternatives else []
        said.append(_joined(" AND ", [*either, *(_any(key, [each]) for each in every)]))
    said += [_any(key, [("state = ?", [state.value])]) for state in choice.states]
    return _joined(" OR ", said)


def _any(key: FacetKey, alternatives: list[tuple[str, list[object]]]) -> tuple[str, list[object]]:
    sql, values = _joined(" OR ", alternatives)
    return f"EXISTS (SELECT 1 FROM stands WHERE stands.slug = firm.slug AND facet = ? AND {sql})", [str(key), *values]


def _within(key: FacetKey, wanted: Range) -> tuple[str, list[object]]:
    column, low, high = "day", f"{wanted.low}-01-01"[:10], f"{wanted.high}-99-99"[:10]
    if WIDE.by_key[key.criterion].kind == "amount":
        column, low, high = "number", wanted.low, wanted.high
        ends = [float(end) for end in (low, high) if end]
    else:
        ends = [end for end, given in ((low, wanted.low), (high, wanted.high)) if given]
    tests = [f"{column} {sign} ?" for sign, given in ((">=", wanted.low), ("<=", wanted.high)) if given]
    return f"({column} IS NOT NULL AND {' AND '.join(tests)})", list(ends)


def _joined(word: str, parts: list[tuple[str, list[object]]]) -> tuple[str, list[object]]:
    return f"({word.join(sql for sql, _values in parts)})", [value for _sql, values in parts for value in values]
