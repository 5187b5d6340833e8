"""Tables in: CSV and XLSX, a row at a time."""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

from openpyxl import load_workbook

from partnerkompas.exchange.cells import as_meant
from partnerkompas.exchange.reading import MOST_IN_RECORD, Reader, Record, UnusableFile, Wanted, too_large
from partnerkompas.infra.language import _

MOST_UNPACKED = 500 * 1024 * 1024
"""What an XLSX file may unpack to."""
MOST_RATIO = 200
"""How many times smaller than its content a ZIP may be; real sheets stay under 50."""


class _TooLarge(Exception):
    """The record that is being read is above the limit."""


class _Lines:
    """The lines of a CSV file as text; counts them, and notices when a record becomes too large.

    A record may span lines inside quotes. Quotes are counted, so that the rest of a record that is too large can be
    passed over without taking what is inside its quotes for records.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.number = 0
        self.begin_record()

    def begin_record(self) -> None:
        self.first, self.size, self.in_quotes = self.number + 1, 0, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._piece()
        if not raw:
            raise StopIteration
        if self.size > MOST_IN_RECORD:
            while raw and (self.in_quotes or not raw.endswith(b"\n")):
                raw = self._piece()
            raise _TooLarge
        try:
            return raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            raise UnusableFile(
                self.path,
                _(
                    "regel %(line)s is geen UTF-8 (byte %(byte)s); bewaar het bestand als “CSV UTF-8”",
                    line=self.number,
                    byte=wrong.start + 1,
                ),
            ) from wrong

    def _piece(self) -> bytes:
        """A line, or a part of a line that is longer than a record may be."""
        raw = self.file.readline(MOST_IN_RECORD + 2)
        self.number += raw.endswith(b"\n") or (bool(raw) and len(raw) < MOST_IN_RECORD + 2)
        self.size += len(raw)
        self.in_quotes ^= bool(raw.count(b'"') % 2)
        return raw


def read_csv(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The rows of a CSV file in UTF-8; comma, semicolon or tab, as its first line uses most."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith(b"PK\x03\x04") or b"\x00" in start or start.lstrip().startswith((b"{", b"[", b"<")):
            raise UnusableFile(path, _("dit is geen CSV-bestand"))
        file.seek(0)
        csv.field_size_limit(MOST_IN_RECORD)
        lines = _Lines(path, file)
        try:
            first = next(lines, "")
        except _TooLarge as wrong:
            raise UnusableFile(path, _("de kopregel is groter dan 1 MiB")) from wrong
        file.seek(0)
        lines = _Lines(path, file)
        sign = max(",;\t", key=first.count)
        rows = csv.reader(lines, delimiter=sign, strict=True)
        yield from _rows_as_records(path, wanted, _csv_rows(rows, lines))


def _csv_rows(rows: Iterator[list[str]], lines: _Lines) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with its line; or the fault it has."""
    while True:
        lines.begin_record()
        try:
            yield lines.first, next(rows)
        except StopIteration:
            return
        except _TooLarge:
            yield lines.first, too_large()
        except csv.Error as wrong:
            yield lines.first, _("dit is geen goede CSV-regel (%(why)s)", why=wrong)


def read_xlsx(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The rows of the first sheet; of a formula the value that was last computed, as text."""
    _refuse_zip_bomb(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as wrong:  # openpyxl meets a broken file with many sorts of errors
        raise UnusableFile(path, _("dit is geen leesbaar XLSX-bestand")) from wrong
    try:
        yield from _rows_as_records(path, wanted, _xlsx_rows(path, book.worksheets[0] if book.worksheets else None))
    finally:
        book.close()


def _xlsx_rows(path: Path, sheet: object) -> Iterator[tuple[int, list[str] | str]]:
    if sheet is None:
        raise UnusableFile(path, _("er is geen werkblad"))
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what a file says of its own size may be wrong
    rows: Iterable[tuple[object, ...]] = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    try:
        for number, row in enumerate(rows, start=1):
            cells = [_cell_text(value) for value in row]
            yield number, cells if sum(map(len, cells)) <= MOST_IN_RECORD else too_large()
    except UnusableFile:
        raise
    except Exception as wrong:  # see above
        raise UnusableFile(path, _("dit is geen leesbaar XLSX-bestand")) from wrong


def _cell_text(value: object) -> str:
    """A cell as text, the way a person would write it in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_zip_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, ValueError) as wrong:
        raise UnusableFile(path, _("dit is geen XLSX-bestand")) from wrong
    if size > MOST_UNPACKED or size > max(MOST_RATIO * path.stat().st_size, 10 * 1024 * 1024):
        raise UnusableFile(path, _("het bestand pakt uit tot %(n)s MB; dat is te veel", n=size // 1_000_000))


def _rows_as_records(path: Path, wanted: Wanted, rows: Iterator[tuple[int, list[str] | str]]) -> Iterator[Record]:
    """Rows by the names in the first one; raises UnusableFile when that is no header with the wanted columns."""
    header = _header(path, wanted, next(rows, (1, [])))
    for number, (line, row) in enumerate(rows, start=1):
        where = _("regel %(n)s", n=line)
        if isinstance(row, str):
            yield Record(number, where, {}, row)
            continue
        if not any(row):
            continue
        while len(row) > len(header) and not row[-1]:
            row.pop()
        if path.suffix.lower() == ".xlsx":
            row += [""] * (len(header) - len(row))
        if len(row) != len(header):
            fault = _("er staan %(n)s cellen, en in de kopregel %(header)s", n=len(row), header=len(header))
            yield Record(number, where, {}, fault)
            continue
        yield Record(
            number, where, {name: as_meant(cell) for name, cell in zip(header, row, strict=True) if name or cell}
        )


def _header(path: Path, wanted: Wanted, first: tuple[int, list[str] | str]) -> list[str]:
    _line, row = first
    if isinstance(row, str):
        raise UnusableFile(path, row)
    names = [as_meant(name.strip()) for name in row]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnusableFile(path, _("de eerste regel moet de namen van de kolommen geven"))
    for place, name in enumerate(names):
        if name and name in names[:place]:
            raise UnusableFile(path, _("kolom “%(name)s” staat er twee keer", name=name[:60]))
    missing = [name for name in wanted.columns if name not in names]
    if missing:
        raise UnusableFile(
            path,
            _(
                "kolom %(missing)s ontbreekt; in het bestand staan: %(found)s",
                missing=", ".join(missing),
                found=", ".join(names)[:300],
            ),
        )
    return names


READERS: dict[str, Reader] = {".csv": read_csv, ".xlsx": read_xlsx}
