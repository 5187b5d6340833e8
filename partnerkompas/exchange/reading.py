"""Files in: any supported file as a stream of records, whatever its format.

Two sorts of faults. A file that cannot be used at all raises UnusableFile: the caller's transaction is rolled back and
nothing was loaded. A record that cannot be used comes out with a `fault`, and reading goes on after it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnerkompas.infra.language import _

MOST_IN_RECORD = 1024 * 1024
"""A record of more than a mebibyte is refused; the one after it is read again."""
DEEPEST = 12
"""How many lists and groups may lie inside each other in one record."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, half characters and what XML cannot hold."""


class UnusableFile(Exception):
    """This file cannot be used; its text says why, in the reader's language, and names the file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: a line, a row or an object, with where it stands."""

    number: int
    where: str
    values: dict[str, Any]
    fault: str = ""
    """Why it cannot be used at all; empty when it can."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asks of a file."""

    records: str = ""
    """Dotted path to the list of records in a nested file; empty is the top."""
    columns: Sequence[str] = ()
    """Columns a table must have."""


Reader = Callable[[Path, Wanted], Iterator[Record]]


def read_records(path: Path, records: str = "", columns: Sequence[str] = ()) -> Iterator[Record]:
    """The records of a file, one by one, by its extension: csv, xlsx, json, jsonl, yaml, yml or toml.

    `records` is the dotted path to the list inside a nested file; `columns` are those a table must have. Texts come
    with line ends as "\\n". Raises UnusableFile, also halfway, when a file turns out to be broken there.
    """
    from partnerkompas.exchange import tables, trees  # they build on what is above

    readers: dict[str, Reader] = {**tables.READERS, **trees.READERS}
    path = Path(path)
    reader = readers.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(readers)
        raise UnusableFile(path, _("de extensie “%(it)s” is onbekend; bekend zijn %(known)s", it=path.suffix, known=known))
    try:
        if path.is_dir():
            raise UnusableFile(path, _("dit is een map, geen bestand"))
        if path.stat().st_size == 0:
            raise UnusableFile(path, _("het bestand is leeg"))
        for record in reader(path, Wanted(records, columns)):
            yield record if record.fault else _tidied(record)
    except FileNotFoundError as wrong:
        raise UnusableFile(path, _("het bestand bestaat niet")) from wrong
    except OSError as wrong:
        raise UnusableFile(path, _("het bestand is niet te lezen (%(why)s)", why=wrong.strerror)) from wrong


def _tidied(record: Record) -> Record:
    """The record with plain line ends; or with a fault when it holds what no text may hold."""
    size = 0

    def tidy(value: Any, depth: int) -> Any:
        nonlocal size
        if isinstance(value, str):
            size += len(value)
            if UNWRITABLE.search(value):
                raise ValueError(_("er staat een teken in dat niet in een tekst hoort, zoals een NUL"))
            return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
        if isinstance(value, (list, dict)) and depth >= DEEPEST:
            raise ValueError(_("het record is te diep genest"))
        if isinstance(value, list):
            return [tidy(each, depth + 1) for each in value]
        if isinstance(value, dict):
            return {tidy(key, depth): tidy(each, depth + 1) for key, each in value.items()}
        return value

    try:
        values = tidy(record.values, 0)
        if size > MOST_IN_RECORD:
            raise ValueError(too_large())
    except ValueError as wrong:
        return Record(record.number, record.where, {}, str(wrong))
    return Record(record.number, record.where, values)


def too_large() -> str:
    """The message for a record above the limit."""
    return _("het record is groter dan 1 MiB")
