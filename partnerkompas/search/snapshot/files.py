"""A snapshot as files that every process maps: nobody reads them whole, and all share one copy in memory.

Each part is a file that is written once and never changed, with a checksum in the generation that names it. A new
generation names the parts that stayed the same again and writes only the others.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from partnerkompas.criteria.questions import Edition
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot.columns import RowName
from partnerkompas.search.snapshot.firms import FIRM, Firms
from partnerkompas.search.snapshot.matrix import Layout, Matrix
from partnerkompas.search.snapshot.roll import Roll
from partnerkompas.search.snapshot.snapshot import Snapshot
from partnerkompas.search.snapshot.tables import ENTRY, Table

FORM = crc32(repr((2, FIRM.descr, ENTRY.descr)).encode())
"""Another when the files mean something else than before (raise the 2 for what dtypes do not tell)."""


class Torn(RuntimeError):
    """A file is missing, cut off, or not what the generation says it is."""


Part = Any
"""What one file holds: an array, or plain JSON."""

Parts = Mapping[str, "Stored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """One part as it lies on disk; the part itself is kept so that the same part is recognised."""

    file: str
    checksum: int
    part: Part


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot and where its parts lie."""

    snapshot: Snapshot
    parts: Parts
    told_at: str = ""
    """When the last outbox row that the snapshot knows of was written."""

    def plain(self) -> dict[str, Any]:
        """What a generation writes down, to be read by `load`."""
        return {
            "form": FORM,
            "number": self.snapshot.number,
            "day": self.snapshot.day.isoformat(),
            "release": self.snapshot.release,
            "told_at": self.told_at,
            "parts": {name: [stored.file, stored.checksum] for name, stored in self.parts.items()},
        }


def save(folder: Path, snapshot: Snapshot, before: Parts, stamp: str, told_at: str = "") -> Saved:
    """Write what is new of a snapshot; `before` are the parts of an earlier one, `stamp` makes new names unique."""
    parts: dict[str, Stored] = {}
    for name, part in _parts_of(snapshot):
        old = before.get(name)
        parts[name] = old if old and old.part is part else _written(folder, f"{name}.{stamp}", part)
    return Saved(snapshot, parts, told_at)


def load(folder: Path, plain: Mapping[str, Any], edition: Edition, before: Parts) -> Saved:
    """The snapshot that a generation names; parts that were loaded `before` are taken as they are. Raises Torn.

    Only the first time are checksums looked at: a part is torn by a power cut, which no process outlives.
    """
    try:
        if plain["form"] != FORM:
            raise Torn("files of another form")
        parts = {}
        for name, (file, checksum) in plain["parts"].items():
            old = before.get(name)
            same = old is not None and (old.file, old.checksum) == (file, checksum)
            parts[name] = old if same and old else _read(folder, file, checksum, check=not before)
        return Saved(_snapshot(plain, edition, parts), parts, str(plain["told_at"]))
    except Torn:
        raise
    except Exception as wrong:  # numpy raises almost anything on a damaged file; all of it means: make it again
        raise Torn(f"{type(wrong).__name__}: {wrong}") from wrong


def _parts_of(snapshot: Snapshot) -> Iterator[tuple[str, Part]]:
    """Every part by name; parts that a snapshot shares with the one before are the same objects."""
    yield "rows", snapshot.matrix.layout
    yield "lines", snapshot.matrix.lines
    yield "totals", snapshot.matrix.totals
    yield "roll", snapshot.firms.roll
    yield "about", snapshot.firms.about
    yield "neutral", snapshot.firms.neutral
    yield "alphabet", snapshot.firms.alphabet
    for key, table in snapshot.tables.items():
        yield f"table-{key}", table.entries
        if table.texts:
            yield f"texts-{key}", table.texts


def _snapshot(plain: Mapping[str, Any], edition: Edition, parts: Parts) -> Snapshot:
    def part(name: str) -> Part:
        return parts[name].part

    tables = {
        FacetKey(*name.removeprefix("table-").split("@")): Table(
            stored.part, parts[f"texts-{name.removeprefix('table-')}"].part if f"texts-{name[6:]}" in parts else ()
        )
        for name, stored in parts.items()
        if name.startswith("table-")
    }
    firms = Firms(date.fromisoformat(plain["day"]), part("about"), part("roll"), part("neutral"), part("alphabet"))
    matrix = Matrix(part("rows"), part("lines"), part("totals"))
    return Snapshot(edition, plain["release"], plain["number"], firms, matrix, tables)


def _written(folder: Path, stem: str, part: Part) -> Stored:
    if isinstance(part, np.ndarray):
        path = folder / f"{stem}.npy"
        np.save(path, part, allow_pickle=False)
        return Stored(path.name, _checksum(part), part)
    path = folder / f"{stem}.json"
    plain = part.rows if isinstance(part, Layout) else part.entries if isinstance(part, Roll) else part
    told = json.dumps(plain, ensure_ascii=False).encode()
    path.write_bytes(told)
    return Stored(path.name, crc32(told), part)


def _read(folder: Path, file: str, checksum: int, *, check: bool) -> Stored:
    path = folder / file
    if path.name != file:
        raise Torn(f"{file} is no file of this folder")
    if path.suffix == ".npy":
        part = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        if check and _checksum(part) != checksum:
            raise Torn(f"{file} is not what was written")
        return Stored(file, checksum, part)
    told = path.read_bytes()
    if crc32(told) != checksum:
        raise Torn(f"{file} is not what was written")
    rows = json.loads(told)
    if file.startswith("rows."):
        return Stored(file, checksum, Layout(tuple(RowName(*each) for each in rows)))
    if file.startswith("roll."):
        return Stored(file, checksum, Roll(tuple((id_, slug, name) for id_, slug, name in rows)))
    return Stored(file, checksum, tuple(rows))


def _checksum(part: npt.NDArray[Any]) -> int:
    """The checksum of an array with its shape; what stands before it in its file says nothing else."""
    told = repr((part.shape, part.dtype.descr)).encode()
    return crc32(np.ascontiguousarray(part).view(np.uint8).data if part.size else b"", crc32(told))
