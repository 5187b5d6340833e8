"""Nested files in: JSON as a stream, and the smaller formats YAML and TOML as a whole."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import ijson
import yaml

from partnerkompas.exchange.records import MOST_IN_RECORD, Record, UnusableFile, Wanted, too_large
from partnerkompas.infra.language import _

MOST_BETWEEN_RECORDS = 64 * MOST_IN_RECORD
"""A JSON record is built in memory before it can be measured; beyond this, reading stops."""
MOST_AT_ONCE = 5 * MOST_IN_RECORD
"""YAML and TOML are read as a whole, so they must stay small."""
DEEPEST_FILE = 50
"""How deep a JSON or YAML file may be nested."""
LONG_NUMBER = re.compile(rb"[0-9]{400}")
"""More digits than any number has; the parser cannot take thousands of them."""

HALF_CHARACTER = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
"""The first half of a character without the second; the parser would turn it into something else."""


class _Measured:
    """A file that gives no more than a fair amount for one record, no half characters and no endless numbers."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file, self.given, self.end = path, file, 0, b""

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.given += len(piece)
        if self.given > MOST_BETWEEN_RECORDS:
            raise UnusableFile(self.path, _("er staat een record in van meer dan 64 MiB"))
        there = self.end + piece
        half = HALF_CHARACTER.search(there) if b"\\u" in there else None
        if half and (half.end() + 6 <= len(there) or not piece):
            raise UnusableFile(self.path, _("er staat een half teken in (%(it)s)", it=half[0].decode()))
        if LONG_NUMBER.search(there):
            raise UnusableFile(self.path, _("er staat een getal in van meer dan 400 cijfers"))
        self.end = there[-512:]
        return piece


def read_json(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The objects of a list in a JSON file of any size.

    The list is the whole file, or lies at the wanted path, or is the first list in an object, as in {"partners": […]}.
    """
    with path.open("rb") as file:
        start = file.read(3)
        begin = 3 if start == b"\xef\xbb\xbf" else 0
        try:
            file.seek(begin)
            _refuse_deep(path, file)
            file.seek(begin)
            place = _place_of_list(path, _Measured(path, file), wanted.records)
            file.seek(begin)
            measured = _Measured(path, file)
            for number, item in enumerate(ijson.items(measured, place, buf_size=MOST_IN_RECORD), start=1):
                measured.given = 0
                yield _record(number, item)
        except (ijson.JSONError, UnicodeDecodeError, ValueError) as wrong:
            said = wrong.args[0] if wrong.args else ""
            why = (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(wrong)).strip()
            why = why.split("\n")[0][:100]
            raise UnusableFile(path, _("dit is geen geldige JSON (%(why)s)", why=why)) from wrong


def _refuse_deep(path: Path, file: BinaryIO) -> None:
    """Look how deep lists and groups go before anything is built: each level costs the parser more than the last."""
    measured, depth = _Measured(path, file), 0
    for event, _value in ijson.basic_parse(measured, buf_size=MOST_IN_RECORD):
        if event in ("start_map", "start_array"):
            depth += 1
            if depth > DEEPEST_FILE:
                raise UnusableFile(path, _("het bestand is te diep genest"))
        elif event in ("end_map", "end_array"):
            depth -= 1
            if depth <= 1:
                measured.given = 0


def _place_of_list(path: Path, file: _Measured, records: str) -> str:
    """Where ijson finds the records, such as "item" or "partners.item"."""
    if records:
        wanted = records.removesuffix("[]")
        if any(place == wanted and event == "start_array" for place, event, _value in ijson.parse(file)):
            return f"{wanted}.item"
        raise UnusableFile(path, _("op de plaats “%(place)s” staat geen lijst", place=records))
    for place, event, _value in ijson.parse(file):
        if event == "start_array" and "." not in place:
            return f"{place}.item" if place else "item"
        if not place and event not in ("start_map", "map_key"):
            break
    raise UnusableFile(path, _("er staat geen lijst van records in"))


def read_json_lines(path: Path, wanted: Wanted) -> Iterator[Record]:
    """One JSON object on every line; a line that is none is one bad record."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_IN_RECORD + 1):
            number += 1
            where = _("regel %(n)s", n=number)
            if len(line) > MOST_IN_RECORD:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MOST_IN_RECORD)
                yield Record(where, {}, too_large())
            elif line.strip():
                try:
                    yield _record(number, json.loads(line.decode("utf-8-sig")), where)
                except (ValueError, RecursionError):
                    yield Record(where, {}, _("deze regel is geen geldige JSON"))


def read_yaml(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The list in a YAML file; every value is read as the text that stands there, so NO stays “NO”."""
    text = _whole(path)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_PlainYaml):
            if isinstance(event, yaml.AliasEvent):
                raise UnusableFile(path, _("verwijzingen (&naam en *naam) worden in YAML niet gelezen"))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST_FILE:
                raise UnusableFile(path, _("het bestand is te diep genest"))
        content = yaml.load(text, Loader=_PlainYaml)  # noqa: S506  # builds nothing but texts, lists and groups
    except (yaml.YAMLError, ValueError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = _("regel %(n)s", n=mark.line + 1) if mark else str(wrong)[:100]
        raise UnusableFile(path, _("dit is geen geldige YAML (%(why)s)", why=line)) from wrong
    yield from _listed(path, wanted, content)


class _PlainYaml(yaml.CBaseLoader):
    """YAML without opinions: every value is a text, and only ~ and null are nothing."""


_PlainYaml.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), None)
_PlainYaml.add_constructor("tag:yaml.org,2002:null", lambda loader, node: None)


def read_toml(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The list of tables in a TOML file."""
    try:
        content = tomllib.loads(_whole(path))
    except (ValueError, RecursionError) as wrong:  # a TOMLDecodeError, or a number of thousands of digits
        raise UnusableFile(path, _("dit is geen geldige TOML (%(why)s)", why=str(wrong)[:100])) from wrong
    yield from _listed(path, wanted, content)


def _whole(path: Path) -> str:
    if path.stat().st_size > MOST_AT_ONCE:
        raise UnusableFile(path, _("het bestand is groter dan 5 MiB; gebruik CSV of JSON"))
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise UnusableFile(
            path, _("regel %(line)s is geen UTF-8 (byte %(byte)s)", line=line, byte=wrong.start + 1)
        ) from wrong


def _listed(path: Path, wanted: Wanted, content: Any) -> Iterator[Record]:
    """The records of a file that is in memory, found as in JSON."""
    found = content
    for name in wanted.records.removesuffix("[]").split(".") if wanted.records else ():
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict) and not wanted.records:
        found = next((each for each in found.values() if isinstance(each, list)), None)
    if not isinstance(found, list):
        raise UnusableFile(path, _("er staat geen lijst van records in"))
    for number, item in enumerate(found, start=1):
        yield _record(number, item)


def _record(number: int, item: Any, where: str = "") -> Record:
    where = where or _("record %(n)s", n=number)
    if not isinstance(item, dict):
        return Record(where, {}, _("dit record is geen groep van namen en waarden"))
    return Record(where, {name: _plain(value) for name, value in item.items()})


def _plain(value: Any) -> Any:
    """A value with days and times as text, as the other formats have them, and numbers as Python has them."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value
