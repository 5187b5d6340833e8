"""Files in: any supported file as a stream of records, whatever its format.

Two sorts of faults. A file that cannot be used at all raises UnusableFile: the caller's transaction is rolled back and
nothing was loaded. A record that cannot be used comes out with a `fault`, and reading goes on after it.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from partnerkompas.exchange import tables, trees
from partnerkompas.exchange.records import MOST_IN_RECORD, Reader, Record, UnusableFile, Wanted, too_large
from partnerkompas.infra.language import _

READERS: dict[str, Reader] = {
    ".csv": tables.read_csv,
    ".json": trees.read_json,
    ".jsonl": trees.read_json_lines,
    ".yaml": trees.read_yaml,
    ".yml": trees.read_yaml,
    ".toml": trees.read_toml,
    ".xlsx": tables.read_xlsx,
}

DEEPEST = 12
"""How many lists and groups may lie inside each other in one record."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, half characters and what XML cannot hold."""


def read_records(path: Path, records: str = "", columns: Sequence[str] = ()) -> Iterator[Record]:
    """The records of a file, one by one; the extension says how to read it.

    `records` is the dotted path to the list inside a nested file; `columns` are those a table must have. Texts come
    with line ends as "\\n". Raises UnusableFile, also halfway, when a file turns out to be broken there.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UnusableFile(path, _("de extensie moet een van deze zijn: %(known)s", known=known))
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
        if isinstance(value, (list, dict)) and depth > DEEPEST:
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
        return Record(record.where, {}, str(wrong))
    return Record(record.where, values)
