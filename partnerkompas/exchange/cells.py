"""How values are written in the cells of a table, and read back to exactly what they were."""

import re
from collections.abc import Iterable


def in_one_cell(texts: Iterable[str], sign: str = "|") -> str:
    """Some texts in one cell, with a sign between them; a sign inside a text gets a backslash."""
    return sign.join(re.sub(r"[\\|;]", r"\\\g<0>", text) for text in texts)


def parts_of(cell: str, sign: str = "|") -> list[str]:
    """What stands between the signs in a cell, each part still as it is written there."""
    parts = [""]
    for token in re.findall(r"\\[\\|;]|.", cell, re.DOTALL):
        if token == sign:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts]


def texts_of(cell: str, sign: str = "|") -> list[str]:
    """The texts that `in_one_cell` put together; an empty cell holds none."""
    return [re.sub(r"\\([\\|;])", r"\1", part) for part in parts_of(cell, sign)] if cell.strip() else []
