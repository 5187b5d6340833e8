"""Tables in: CSV and XLSX, a row at a time."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook

from partnerkompas.exchange.records import MOST_IN_RECORD, Record, UnusableFile, Wanted, too_large
from partnerkompas.infra.language import _
from partnerkompas.infra.spreadsheet import as_meant

MOST_UNPACKED = 500 * 1024 * 1024
"""What an XLSX file may unpack to."""
MOST_RATIO = 200
"""How many times smaller than its content an XLSX file may be; real sheets stay under 50."""
SMALL_ENOUGH = 10 * 1024 * 1024
"""Below this, the ratio does not matter."""
MOST_ROWS = 1024 * 1024
"""As many as a sheet can have; a row may say of itself that it is the trillionth, and all before it are made up."""
MOST_CELLS = 20_000_000
"""What a reader makes of a sheet, with the empty cells before the last one of each row."""

Row = tuple[str, list[str] | str]
"""Where a row stands, with its cells; or with the reason why it cannot be read."""


def read_csv(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The rows of a CSV file in UTF-8; comma, semicolon or tab, whichever its first line has most of."""
    with path.open("rb") as file:
        start = file.read(4096)
        binary = start.count(b"\x00") > len(start) // 20  # a stray one costs its own row, not the file
        if start.startswith(b"PK\x03\x04") or binary or start.lstrip().startswith((b"{", b"[", b"<")):
            raise UnusableFile(path, _("dit is geen CSV-bestand"))
        file.seek(0)
        yield from _records(path, wanted, _csv_rows(_Lines(path, file)), short_rows=False)


def read_xlsx(path: Path, wanted: Wanted) -> Iterator[Record]:
    """The rows of the first sheet; of a formula the value that was last computed, as text."""
    _refuse_zip_bomb(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            yield from _records(path, wanted, _xlsx_rows(path, book.worksheets[0]), short_rows=True)
        finally:
            book.close()
    except UnusableFile:
        raise
    except Exception as wrong:  # openpyxl meets a broken file with many sorts of errors
        raise UnusableFile(path, _("dit is geen leesbaar XLSX-bestand")) from wrong


class _TooLarge(Exception):
    """The record that is being read is above the limit."""


class _Lines:
    """The lines of a CSV file as text: counted, and no more of them in one record than fit the limit.

    A record may span lines inside quotes. Quotes are counted, so that what is left of a record can be passed over
    without taking what stands inside its quotes for records.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.number = 0
        self.begin_record()

    def begin_record(self) -> None:
        self.first, self.second, self.size = self.number + 1, 0, 0
        self.in_quotes, self.at_line_end = False, True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._piece()
        if not raw:
            raise StopIteration
        if self.size > MOST_IN_RECORD:
            raise _TooLarge
        try:
            return raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            reason = _(
                "regel %(line)s is geen UTF-8 (byte %(byte)s); bewaar het bestand als “CSV UTF-8”",
                line=self.number,
                byte=wrong.start + 1,
            )
            raise UnusableFile(self.path, reason) from wrong

    def peek(self) -> str:
        """The first line of the file, which stays to be read."""
        start = self.file.readline(MOST_IN_RECORD).decode("utf-8-sig", "replace")
        self.file.seek(0)
        return start

    def pass_over(self) -> None:
        """Go to the end of this record; when its quotes never close, to the end of its first line."""
        while (self.in_quotes or not self.at_line_end) and self._piece():
            pass
        if self.in_quotes:
            self.back_to_second_line()

    def back_to_second_line(self) -> None:
        """What follows the first line of this record is to be read again, as records of its own."""
        self.file.seek(self.second)
        self.number = self.first

    def _piece(self) -> bytes:
        """A line, or as much of it as a record may hold."""
        raw = self.file.readline(MOST_IN_RECORD + 1)
        self.at_line_end = raw.endswith(b"\n") or len(raw) <= MOST_IN_RECORD
        if raw and self.at_line_end:
            self.number += 1
            self.second = self.second or self.file.tell()
        self.size += len(raw)
        self.in_quotes ^= bool(raw.count(b'"') % 2)
        return raw


def _csv_rows(lines: _Lines) -> Iterator[Row]:
    """Each row; a row with broken quotes or above the limit is one fault, and reading goes on after it."""
    csv.field_size_limit(MOST_IN_RECORD)
    sign = max(",;\t", key=lines.peek().count)
    rows = csv.reader(lines, delimiter=sign, strict=True)
    while True:
        lines.begin_record()
        where = _("regel %(n)s", n=lines.first)
        try:
            yield where, next(rows)
        except StopIteration:
            return
        except _TooLarge:
            lines.pass_over()
            yield where, too_large()
        except csv.Error as wrong:
            lines.back_to_second_line()
            yield where, _("de aanhalingstekens kloppen niet (%(why)s)", why=wrong)


def _xlsx_rows(path: Path, sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    left = MOST_CELLS
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        left -= len(row)
        if number > MOST_ROWS or left < 0:
            raise UnusableFile(path, _("het blad is te groot"))
        cells = [_cell_text(value) for value in row]
        where = _("regel %(n)s", n=number)
        yield where, cells if sum(map(len, cells)) <= MOST_IN_RECORD else too_large()


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
    if size > MOST_UNPACKED or size > max(MOST_RATIO * path.stat().st_size, SMALL_ENOUGH):
        raise UnusableFile(path, _("het bestand pakt uit tot %(n)s MB; dat is te veel", n=size // 1_000_000))


def _records(path: Path, wanted: Wanted, rows: Iterator[Row], short_rows: bool) -> Iterator[Record]:
    """Rows by the names in the first one; raises UnusableFile when that is no header with the wanted columns."""
    header = _header(path, wanted, next(rows, ("", []))[1])
    for where, row in rows:
        if isinstance(row, str):
            yield Record(where, {}, row)
            continue
        if not any(row):
            continue
        while len(row) > len(header) and not row[-1]:
            row.pop()
        if short_rows:
            row += [""] * (len(header) - len(row))
        if len(row) != len(header):
            fault = _("er staan %(n)s cellen, en in de kopregel %(header)s", n=len(row), header=len(header))
            yield Record(where, {}, fault)
            continue
        yield Record(where, {name: as_meant(cell) for name, cell in zip(header, row, strict=True) if name or cell})


def _header(path: Path, wanted: Wanted, row: list[str] | str) -> list[str]:
    if isinstance(row, str):
        raise UnusableFile(path, _("de kopregel is niet te lezen: %(why)s", why=row))
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
        reason = _(
            "kolom %(missing)s ontbreekt; in het bestand staan: %(found)s",
            missing=", ".join(missing),
            found=", ".join(names)[:300],
        )
        raise UnusableFile(path, reason)
    return names
