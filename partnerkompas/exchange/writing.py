"""Files out: rows as CSV, JSON or XLSX, one at a time."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from partnerkompas.infra.spreadsheet import harmless


class Row(NamedTuple):
    """One row: its values as JSON has them, and how those that are no plain text are written in a cell."""

    values: dict[str, Any]
    cells: dict[str, str] = {}

    def in_cells(self, columns: Sequence[str]) -> list[str]:
        """The row as the cells of a table; nothing in it can be taken for a formula."""
        return [harmless(self.cells.get(name, _cell(self.values.get(name)))) for name in columns]


Rows = Iterable[Row]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def write_csv(columns: Sequence[str], rows: Rows, stream: BinaryIO, sign: str = ",") -> None:
    """CSV as RFC 4180 has it, in UTF-8; with another sign between cells for a spreadsheet that expects it."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, delimiter=sign)
    table.writerow(columns)
    table.writerows(row.in_cells(columns) for row in rows)
    text.detach()


def write_json(columns: Sequence[str], rows: Rows, stream: BinaryIO) -> None:
    """A list with an object a line."""
    before = b"[\n"
    for row in rows:
        values = {name: row.values.get(name) for name in columns}
        stream.write(before + json.dumps(values, ensure_ascii=False).encode())
        before = b",\n"
    stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def write_xlsx(columns: Sequence[str], rows: Rows, stream: BinaryIO) -> None:
    """One sheet; every cell is a text, so that nothing is computed and no number is shown in another way."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Partnerkompas")
    sheet.append(list(columns))
    for row in rows:
        cells = []
        for text in row.in_cells(columns):
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(stream)


WRITERS: dict[str, Callable[[Sequence[str], Rows, BinaryIO], None]] = {
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_xlsx,
}
