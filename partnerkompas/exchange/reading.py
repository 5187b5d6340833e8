"""Files in: any supported file as a stream of records, whatever its format.

Two sorts of faults. A file that cannot be used at all raises UnusableFile: the caller's transaction is rolled back and
nothing was loaded. A record that cannot be used comes out with a `fault`, and reading goes on after it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
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
    with suppress(TypeError):  # by far the most records are rows of a table with nothing wrong
        whole = "".join(record.values.values())
        if len(whole) <= MOST_IN_RECORD and "\r" not in whole and not UNWRITABLE.search(whole):
            return record
    try:
        return Record(record.where, _Tidy().value(record.values, 0))
    except ValueError as wrong:
        return Record(record.where, {}, str(wrong))


class _Tidy:
    """Goes through one record, and keeps count of its size."""

    def __init__(self) -> None:
        self.size = 0

    def value(self, given: Any, depth: int) -> Any:
        """What is given with plain line ends; raises ValueError when it cannot be kept."""
        if isinstance(given, str):
            return self.text(given)
        if isinstance(given, (list, dict)) and depth > DEEPEST:
            raise ValueError(_("het record is te diep genest"))
        if isinstance(given, list):
            return [self.value(each, depth + 1) for each in given]
        if isinstance(given, dict):
            return {self.text(name): self.value(each, depth + 1) for name, each in given.items()}
        return given

    def text(self, given: str) -> str:
        self.size += len(given)
        if self.size > MOST_IN_RECORD:
            raise ValueError(too_large())
        if UNWRITABLE.search(given):
            raise ValueError(_("er staat een teken in dat niet in een tekst hoort, zoals een NUL"))
        return given.replace("\r\n", "\n").replace("\r", "\n")
