"""Texts as they may stand in the cells of a spreadsheet, and back to what they were."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would take for a formula, after any quotes of our own (issue 2: bad input)."""


def harmless(text: str) -> str:
    """A text as it may stand in a spreadsheet: one apostrophe in front of what looks like a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def as_meant(cell: str) -> str:
    """The text behind a cell: without the one apostrophe that `harmless` put there."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
