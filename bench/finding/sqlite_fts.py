"""SQLite: words by FTS5, facets by GROUP BY.

Tuned as somebody would who knows SQLite: numbers for values; who has what in a table clustered by value and an index
that covers it by partner; the matches once in a temporary table, from which all facets without a choice are counted in
one GROUP BY (in the order that was fastest for few and for many matches) and each chosen one in a query of its own; a
gigabyte of cache, ANALYZE, prepared statements.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.finding.criteria import edition
from bench.finding.market import Trader
from bench.finding.requests import Answer, Wanted
from partnerkompas.criteria.kinds import kind_of

_SCHEMA = """
    CREATE TABLE value (id INTEGER PRIMARY KEY, facet TEXT, code TEXT);
    CREATE TABLE partner (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE has (value INTEGER, partner INTEGER, PRIMARY KEY (value, partner)) WITHOUT ROWID;
    CREATE TABLE has_for (value INTEGER, partner INTEGER, PRIMARY KEY (value, partner)) WITHOUT ROWID;
    CREATE TABLE number (criterion TEXT, number REAL, partner INTEGER, PRIMARY KEY (criterion, number, partner))
        WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '');
"""
_INDEXES = """
    CREATE INDEX has_by_partner ON has (partner, value);
    CREATE INDEX has_for_by_partner ON has_for (partner, value);
    INSERT INTO words (words) VALUES ('optimize');
    ANALYZE;
"""
_ON, _GROUP = "ON partner = base.id", "GROUP BY value"


def build(folder: Path, partners: Iterable[Trader]) -> None:
    database = sqlite3.connect(folder / "facets.sqlite3")
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;")
    database.executescript(_SCHEMA)
    values: dict[tuple[str, str], int] = {}
    for partner in partners:
        database.execute("INSERT INTO partner VALUES (?, ?)", (partner.id, partner.name))
        database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (partner.id, " ".join(partner.words())))
        for facet, codes in partner.facets().items():
            table = "has_for" if "@" in facet else "has"
            rows = [(values.setdefault((facet, code), len(values)), partner.id) for code in codes]
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
        rows_of_numbers = [(key, number, partner.id) for key, number in partner.numbers().items()]
        database.executemany("INSERT INTO number VALUES (?, ?, ?)", rows_of_numbers)
    database.executemany("INSERT INTO value VALUES (?, ?, ?)", [(n, *value) for value, n in values.items()])
    database.executescript(_INDEXES)
    database.commit()
    database.close()


def opened(folder: Path) -> Callable[[Wanted], Answer]:
    """The engine: answers requests from the database in a folder."""
    database = sqlite3.connect(folder / "facets.sqlite3", isolation_level=None, cached_statements=1000)
    database.executescript(
        """
        PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000; PRAGMA temp_store = MEMORY;
        CREATE TEMP TABLE base (id INTEGER PRIMARY KEY);
        """
    )
    values = {(facet, code): n for n, facet, code in database.execute("SELECT id, facet, code FROM value")}
    names = {n: value for value, n in values.items()}

    def fill(wanted: Wanted, leave_out: str = "") -> int:
        """Put who matches, without the choice of one facet, into `base`; returns how many."""
        conditions: list[str] = []
        given: list[str | float] = []
        if wanted.words:
            conditions.append("id IN (SELECT rowid FROM words WHERE words MATCH ?)")
            given.append(" ".join(f'"{word}"' for word in wanted.words))
        for key, low, high in wanted.bounds():
            conditions.append("id IN (SELECT partner FROM number WHERE criterion = ? AND number BETWEEN ? AND ?)")
            given += [key, low, high]
        for facet, codes in wanted.chosen.items():
            if facet != leave_out:
                table, marks = "has_for" if "@" in facet else "has", ", ".join("?" * len(codes))
                conditions.append(f"id IN (SELECT partner FROM {table} WHERE value IN ({marks}))")
                given += [values.get((facet, code), -1) for code in codes]
        database.execute("DELETE FROM base")
        where = " AND ".join(conditions) or "1"
        return database.execute(f"INSERT INTO base SELECT id FROM partner WHERE {where}", given).rowcount

    def answer(wanted: Wanted) -> Answer:
        counts: dict[str, dict[str, int]] = {facet: {} for facet in wanted.facets()}
        database.execute("BEGIN")
        total = fill(wanted)
        if total == size and not wanted.chosen:
            found = database.execute("SELECT value, count(*) FROM has GROUP BY value")
        elif total * 3 > size:
            found = database.execute(f"SELECT value, count(*) FROM has NOT INDEXED CROSS JOIN base {_ON} {_GROUP}")
        else:
            found = database.execute(f"SELECT value, count(*) FROM base CROSS JOIN has {_ON} {_GROUP}")
        for value, n in found:
            facet, code = names[value]
            counts[facet][code] = n
        database.execute("SELECT partner.* FROM base JOIN partner USING (id) ORDER BY id LIMIT 20").fetchall()
        for facet in wanted.chosen:
            fill(wanted, facet)
            counts[facet] = count_one(facet)
        database.execute("COMMIT")
        return Answer(total, counts)

    def count_one(facet: str) -> dict[str, int]:
        question = edition().by_key[facet.partition("@")[0]]
        codes = [bucket.code for bucket in kind_of(question).choices(question, "nl")]
        some = [values[facet, code] for code in codes if (facet, code) in values]
        table, marks = "has_for" if "@" in facet else "has", ", ".join("?" * len(some))
        found = database.execute(
            f"SELECT value, count(*) FROM {table} WHERE value IN ({marks}) AND partner IN base GROUP BY value", some
        )
        return {names[value][1]: n for value, n in found}

    size = database.execute("SELECT count(*) FROM partner").fetchone()[0]
    return answer
