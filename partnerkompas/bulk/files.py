"""The file to fill in, as CSV, XLSX or JSON."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from partnerkompas.bulk.columns import COLUMNS, FILLED, examples, to_fill_in, to_leave
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange.writing import Row, write_csv, write_json
from partnerkompas.infra.language import _, language

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AS_TEXT = "@"
"""A spreadsheet leaves what is typed into such a cell as it is, and makes no date of 10-24."""
WIDTHS = {"question": 50, "codes": 40, "public": 30, "value": 30, "note": 30, "source_url": 30, "evidence": 30}
"""Of the columns that hold more than a word, in signs."""


def file_to_fill_in(form: str, rows: Iterable[Row], edition: Edition) -> bytes:
    """The file in one of the TYPES, for spreadsheets in the language of the reader."""
    file = io.BytesIO()
    if form == "json":
        write_json(COLUMNS, rows, file)
    elif form == "csv":
        file.write("\ufeff".encode())  # Excel reads accents by this mark
        write_csv(COLUMNS, rows, file, ";" if language() == "nl" else ",")
    else:
        _sheets(rows, edition).save(file)
    return file.getvalue()


def _sheets(rows: Iterable[Row], edition: Edition) -> Workbook:
    """One sheet to fill in, and one that explains it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Partnerkompas")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(name, 16)
    sheet.append([_cell(sheet, name, bold=True) for name in COLUMNS])
    for row in rows:
        cells = zip(COLUMNS, row.in_cells(COLUMNS), strict=True)
        sheet.append([_cell(sheet, text, bold=False, is_soft=name not in FILLED) for name, text in cells])
    told = book.create_sheet(_("Uitleg"))
    for letter, width in zip("ABCD", (24, 30, 70, 34), strict=True):
        told.column_dimensions[letter].width = width
    for head, *lines in _explained(edition):
        told.append([_cell(told, text, bold=True) for text in head])
        for line in lines:
            told.append([_cell(told, text) for text in line])
        told.append([])
    return book


def _explained(edition: Edition) -> list[list[Sequence[str]]]:
    """The tables of the sheet that explains, each with its head."""
    columns = [
        (", ".join(each.names), each.label, each.expected, each.example) for each in (*to_fill_in(), *to_leave())
    ]
    return [
        [(_("Kolom"), _("Wat het is"), _("Wat er komt te staan"), _("Voorbeeld")), *columns],
        [(_("Soort vraag"), _("Voorbeeld van value")), *examples(edition)],
    ]


def _cell(sheet: Any, text: str, bold: bool = False, is_soft: bool = False) -> Any:
    """A cell that stays text, also when somebody types in it."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.number_format = "s", AS_TEXT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=bold, color="FF666666" if is_soft else None)
    return cell
