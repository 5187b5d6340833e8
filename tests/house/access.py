"""The table of access.txt: what each route answers to everybody."""

from pathlib import Path

FILE = Path(__file__).with_name("access.txt")


def read() -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    """The columns, and by method and route what each is answered."""
    lines = [line.split() for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    (_method, _route, *columns), *rows = lines
    return columns, {(method, route): answers for method, route, *answers in rows}


COLUMNS, ACCESS = read()
