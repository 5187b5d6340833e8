"""A long list in parts: which part somebody asks for, and where the parts beside it are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

PER_PAGE = 50


class Counts(NamedTuple):
    """How much waits of one sort."""

    lines: int
    """So many lines of a list."""
    total: int
    """What is counted: the lines, or what stands on them."""
    late: int
    """How many of these wait too long."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list of so many lines."""

    number: int
    """1 for the first."""
    pages: int
    size: int
    previous_url: str
    next_url: str

    @property
    def offset(self) -> int:
        """How many lines come before it."""
        return (self.number - 1) * self.size


def page_asked(given: str) -> int:
    """The number of a page as somebody typed it into an address; 1 for what is none."""
    return int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 7 and int(given) else 1


def part(given: str, lines: int, url: Callable[[int], str], size: int = PER_PAGE) -> Part:
    """The part of a list that is asked for; past the end it is the last."""
    pages = max(1, -(-lines // size))
    number = min(page_asked(given), pages)
    return Part(
        number=number,
        pages=pages,
        size=size,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < pages else "",
    )
