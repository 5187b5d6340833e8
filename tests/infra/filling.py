"""Rows for every table of a database as it was at some migration, whatever its tables are then."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, MetaData, Table, inspect
from sqlalchemy.engine import Connection

ROWS = 3
Key = tuple[Any, ...]


def tables_of(connection: Connection) -> dict[str, Table]:
    """Every table there is now, referred ones first, without the mark of the migrations."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


ONE_ROW = {"audit_head"}
"""Tables that have one row, which their migration makes."""


def fill(connection: Connection) -> None:
    """Put rows into every table: each row refers to other rows, the second has nothing where nothing may stand."""
    tables = tables_of(connection)
    referred = {key.column.table.name for table in tables.values() for key in table.foreign_keys}
    for table in tables.values():
        if table.name in ONE_ROW:
            continue
        words = _words_allowed(connection, table)
        for n in range(1, ROWS + 1 + (table.name in referred)):
            connection.execute(table.insert().values(dict(_row(table, n, words))))


def contents(connection: Connection, tables: dict[str, Table]) -> dict[str, dict[Key, dict[str, Any]]]:
    """What stands in tables, by their names and keys."""
    return {
        name: {
            tuple(row[column.name] for column in table.primary_key): dict(row)
            for row in connection.execute(table.select()).mappings()
        }
        for name, table in tables.items()
    }


def _words_allowed(connection: Connection, table: Table) -> dict[str, list[str]]:
    """The words that constraints allow in columns; a database writes IN and = ANY in its own way."""
    found = {}
    for each in inspect(connection).get_check_constraints(table.name):
        words, named = re.findall(r"'([^']*)'", each["sqltext"]), re.search(r"\w+", each["sqltext"])
        if words and named:
            found[named[0]] = words
    return found


def _row(table: Table, n: int, words: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    places: dict[str, int] = {}
    for column in table.columns:
        if column.foreign_keys:
            yield column.name, _reference(table, column, n, places)
        elif column.nullable and n == 2:
            yield column.name, None
        else:
            allowed = words.get(column.name)
            yield column.name, allowed[n % len(allowed)] if allowed else _value(column, n)


def _reference(table: Table, column: Column[Any], n: int, places: dict[str, int]) -> Any:
    """What a column refers to; a second column to the same table refers to its next row."""
    other = next(iter(column.foreign_keys)).column
    if other.table.name == table.name:
        return _value(other, n - 1) if n > 1 else None
    if column.nullable and n == 2:
        return None
    further = places.get(other.table.name, 0)
    places[other.table.name] = further + 1
    return _value(other, n + further)


def _value(column: Column[Any], n: int) -> Any:
    """A value of the sort of a column, another for each row."""
    kind = column.type
    if isinstance(kind, Boolean):
        return n % 2 == 0
    if isinstance(kind, Integer):
        return n
    if isinstance(kind, DateTime):
        moment = datetime(2026, 11, n, 10, 30, tzinfo=UTC)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2026, 11, n)
    if isinstance(kind, JSON):
        return {"rij": n, "woorden": ["één", "twee"]}
    return f"{n} {column.name} één"[: getattr(kind, "length", None)]
