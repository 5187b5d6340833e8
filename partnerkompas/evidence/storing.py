"""Contents of files in a folder of their own, outside the web root, under random names that only their owner may read.

A file is whole and on the disk before its row is committed, and goes after the row says so: a row never lacks its file
when the machine stops in between. What is left over has no row, and is swept.
"""

import os
import secrets
import time
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from flask import current_app

from partnerkompas.infra.logs import log

LEFT_ALONE = 24 * 3600
"""Seconds in which a file without a row may be one whose row is about to be committed."""


def folder() -> Path:
    """Where the contents are; made when it is not there."""
    path: Path = current_app.extensions["settings"].evidence_folder
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def put(content: bytes) -> str:
    """Keep a content, and return its name; it is on the disk when this returns."""
    here, name = folder(), secrets.token_hex(24)
    unfinished = here / f"{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(here / name)
    handle = os.open(here, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return name


def get(name: str, digest: str) -> bytes | None:
    """A content as it was kept; None when it is not there or is not the same any more, which is logged."""
    try:
        content = (folder() / name).read_bytes()
    except FileNotFoundError:
        log.error("a file of evidence is missing", extra={"stored_as": name})
        return None
    if sha256(content).hexdigest() != digest:
        log.error("a file of evidence was changed", extra={"stored_as": name})
        return None
    return content


def remove(name: str) -> None:
    """Remove a content; one that is not there is gone already."""
    (folder() / name).unlink(missing_ok=True)


def sweep(known: Collection[str]) -> int:
    """Remove what lies there for a day without being known; returns how many files that were."""
    before = time.time() - LEFT_ALONE
    left = [each for each in folder().iterdir() if each.name not in known and each.stat().st_mtime < before]
    for each in left:
        each.unlink(missing_ok=True)
    return len(left)
