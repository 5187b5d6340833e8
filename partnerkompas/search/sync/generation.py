"""The generation file: which snapshot and which index belong together, and up to which outbox row they know.

It is replaced as a whole after everything it names is written. Every process looks at it with one stat a request. A
power cut may still leave it, or a part, behind that is not whole: its checksum shows that, and everything is made anew.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from partnerkompas.search import index

FILE, PARTS = "GENERATION", "snapshot"
KEPT = 60.0
"""Seconds that parts of earlier generations stay, for processes that are about to open them."""
TIDIED = 10.0
"""Seconds between two times that they are looked for: a busy minute leaves hundreds."""

Stamp = tuple[int, int, int]
"""What tells one version of the file from another."""


def stamp(folder: Path) -> Stamp | None:
    """The version of the generation file; None when there is none."""
    try:
        found = os.stat(f"{folder}/{FILE}")  # joining paths takes as long as looking
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def read(folder: Path) -> dict[str, Any] | None:
    """What the generation file says; None when it is missing, or not as it was written."""
    try:
        check, _newline, text = (folder / FILE).read_text().partition("\n")
        told = json.loads(text) if check == index.checksum(text.encode()) else None
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def write(folder: Path, told: dict[str, Any]) -> None:
    """Replace the generation file, and remove parts that no generation needs any more."""
    before, text = read(folder), json.dumps(told)
    index.put(folder / FILE, f"{index.checksum(text.encode())}\n{text}", flushed=False)
    written = before.get("written") if before else None
    if not isinstance(written, float) or written // TIDIED != told["written"] // TIDIED:
        _tidy(folder / PARTS, {*_named(told), *_named(before)}, told["written"])


def tell_again(folder: Path) -> None:
    """Let every process look at the index anew, though nothing it knows has changed. Only for who is alone."""
    if told := read(folder):
        write(folder, told)


def _named(told: dict[str, Any] | None) -> set[str]:
    parts = told.get("parts", {}) if told else {}
    return {each[0] for each in parts.values()} if isinstance(parts, dict) else set()


def _tidy(folder: Path, needed: set[str], now: float) -> None:
    for each in os.scandir(folder):
        with suppress(OSError):  # the next one tries again
            if each.name not in needed and each.stat().st_mtime < now - KEPT:
                os.unlink(each.path)
