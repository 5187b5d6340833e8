"""What every reader of files gives: records; and what is wrong when it cannot."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnerkompas.infra.language import _

MOST_IN_RECORD = 1024 * 1024
"""A record of more than a mebibyte is refused; the one after it is read again."""


class UnusableFile(Exception):
    """This file cannot be used; its text says why, in the reader's language, and names the file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: a line, a row or an object, with where it stands."""

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


def too_large() -> str:
    """The message for a record above the limit."""
    return _("het record is groter dan 1 MiB")
