"""A snapshot as files that every process maps: nobody reads the large ones whole, and all share one copy in memory.

Each part is written once and never changed, with a checksum in the generation that names it. A new generation names the
parts that stayed the same again and writes only the others. A table of answers for each facet makes hundreds of parts,
so the tables that are written together lie in one file, a pack.
"""

import errno
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.mapping import MAPPED, content
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot.columns import RowName
from partnerkompas.search.snapshot.firms import FIRM, Firms
from partnerkompas.search.snapshot.matrix import Layout, Matrix
from partnerkompas.search.snapshot.roll import Roll
from partnerkompas.search.snapshot.snapshot import Snapshot
from partnerkompas.search.snapshot.tables import ENTRY, Table

FORM = [4, crc32(repr((FIRM.descr, ENTRY.descr)).encode())]
"""Another when the files mean something else than before. Raise the 4 then: what is older is made again, what a newer
version of this program wrote is left alone."""

TABLE, TEXTS, PACK = "table-", "texts-", "tables"
MOST_PACKS = 12
"""Of more packs the smaller ones are written together anew: each is a file that every process may have to keep open."""


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
    at: int = 0
    """Where it begins in a pack."""
    size: int = 0
    """How many bytes it takes there."""

    @property
    def place(self) -> tuple[str, int, int, int]:
        """Where it lies, as a generation writes it down."""
        return self.file, self.checksum, self.at, self.size


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot and where its parts lie."""

    snapshot: Snapshot
    parts: Parts
    told_at: str = ""
    """When the last outbox row that the snapshot knows of was written."""
    line: str = ""
    """The same for all that were made by changing one whole reading."""

    def plain(self) -> dict[str, Any]:
        """What a generation writes down, to be read by `load`."""
        return {
            "form": FORM,
            "number": self.snapshot.number,
            "day": self.snapshot.day.isoformat(),
            "release": self.snapshot.release,
            "told_at": self.told_at,
            "line": self.line,
            "parts": {name: stored.place for name, stored in self.parts.items()},
        }


def save(folder: Path, snapshot: Snapshot, before: Parts, stamp: str, told_at: str = "", line: str = "") -> Saved:
    """Write what is new of a snapshot; `before` are the parts of an earlier one, `stamp` makes new names unique."""
    wanted = dict(_parts_of(snapshot))
    same = {name: old for name, part in wanted.items() if (old := before.get(name)) and old.part is part}
    kept = {name: old for name, old in same.items() if not _is_packed(name)} | _worth_keeping(same)
    packed = {name: part for name, part in wanted.items() if _is_packed(name) and name not in kept}
    alone = {name: part for name, part in wanted.items() if not _is_packed(name) and name not in kept}
    written = {name: _written(folder, f"{name}.{stamp}", part) for name, part in alone.items()}
    written |= _pack(folder / f"{PACK}.{stamp}.pack", packed) if packed else {}
    return Saved(snapshot, {name: written.get(name) or kept[name] for name in wanted}, told_at, line)


def load(folder: Path, plain: Mapping[str, Any], edition: Edition, before: Saved | None = None) -> Saved:
    """The snapshot that a generation names; what an earlier one shares with it is taken from there as it is.

    Only the first time are checksums looked at: a part is torn by a power cut, which no process outlives. Raises Torn,
    and OSError when the system has no room to open a file: that says nothing about what was written.
    """
    try:
        if plain["form"] != FORM:
            raise Torn("files of another form")
        parts, packs, check = dict[str, Stored](), dict[str, memoryview](), before is None
        known, tables = (before.parts, before.snapshot.tables) if before else ({}, {})
        for name, place in plain["parts"].items():
            old = known.get(name)
            if old is not None and old.place == tuple(place):
                parts[name] = old
            elif _is_packed(name):
                parts[name] = _unpacked(folder, packs, name, *place, check=check)
            else:
                parts[name] = _read(folder, *place[:2], check=check)
        return Saved(_snapshot(plain, edition, parts, tables), parts, str(plain["told_at"]), str(plain["line"]))
    except Torn:
        raise
    except Exception as wrong:  # numpy raises almost anything on a damaged file; all of it means: make it again
        if isinstance(wrong, OSError) and wrong.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
            raise
        raise Torn(f"{type(wrong).__name__}: {wrong}") from wrong


def is_newer(plain: Mapping[str, Any]) -> bool:
    """Whether a newer version of this program wrote the snapshot that a generation names."""
    form = plain.get("form")
    return isinstance(form, list) and bool(form) and isinstance(form[0], int) and form[0] > FORM[0]


def _is_packed(name: str) -> bool:
    return name.startswith((TABLE, TEXTS))


def _worth_keeping(parts: Parts) -> dict[str, Stored]:
    """The packed parts that stay where they are: all of them, or of too many packs those in the largest."""
    sizes: dict[str, int] = {}
    for stored in parts.values():
        if stored.size:
            sizes[stored.file] = sizes.get(stored.file, 0) + stored.size
    packs = {*sizes} if len(sizes) <= MOST_PACKS else {max(sizes, key=sizes.__getitem__)}
    return {name: stored for name, stored in parts.items() if stored.file in packs}


def _pack(path: Path, parts: Mapping[str, Part]) -> dict[str, Stored]:
    """Write parts one after the other into one file."""
    found, at = dict[str, Stored](), 0
    with path.open("wb") as file:
        for name, part in parts.items():
            told = part.tobytes() if isinstance(part, np.ndarray) else json.dumps(part, ensure_ascii=False).encode()
            file.write(told)
            found[name] = Stored(path.name, crc32(told), part, at, len(told))
            at += len(told)
    return found


def _unpacked(
    folder: Path, packs: dict[str, memoryview], name: str, file: str, checksum: int, at: int, size: int, *, check: bool
) -> Stored:
    """One part of a pack; `packs` are those that were opened already."""
    if file not in packs:
        packs[file] = content(_inside(folder, file))
    told = packs[file][at : at + size]
    is_array = name.startswith(TABLE)
    if len(told) != size or at < 0 or ((check or not is_array) and crc32(told) != checksum):
        raise Torn(f"{name} is not what was written")
    part: Part = np.frombuffer(told, ENTRY) if is_array else tuple(json.loads(bytes(told)))
    return Stored(file, checksum, part, at, size)


def _inside(folder: Path, file: str) -> Path:
    path = folder / file
    if path.name != file:
        raise Torn(f"{file} is no file of this folder")
    return path


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
        yield f"{TABLE}{key}", table.entries
        if table.texts:
            yield f"{TEXTS}{key}", table.texts


def _snapshot(plain: Mapping[str, Any], edition: Edition, parts: Parts, before: Mapping[FacetKey, Table]) -> Snapshot:
    """The parts as a snapshot; a table of `before` that stayed the same is kept with the orders made of it."""

    def part(name: str) -> Part:
        return parts[name].part

    tables = {}
    for name, stored in parts.items():
        if name.startswith(TABLE):
            key = FacetKey(*name.removeprefix(TABLE).split("@"))
            texts, old = parts.get(f"{TEXTS}{key}"), before.get(key)
            if old and old.entries is stored.part and (old.texts is texts.part if texts else not old.texts):
                tables[key] = old
            else:
                tables[key] = Table(stored.part, texts.part if texts else ())
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
    path = _inside(folder, file)
    if path.suffix == ".npy":
        mode: Literal["r"] | None = "r" if path.stat().st_size >= MAPPED else None
        part = np.load(path, mmap_mode=mode, allow_pickle=False).view(np.ndarray)
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
