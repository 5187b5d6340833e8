"""What somebody typed into an address and a page cannot use: ignored, and said (issue 2: bad input)."""

from collections.abc import Iterable

from partnerkompas.infra.language import _


def repeatable(text: str, most: int = 60) -> str:
    """What a reader typed, as it may be repeated in a message: never the whole of a huge text, nothing unprintable."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(each if each.isprintable() else "�" for each in cut)


def printable(text: str) -> str:
    """One line without what cannot be printed, with single spaces: neither PostgreSQL nor HTML knows a NUL."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def ignored(given: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """A sentence for every parameter that a page does not know."""
    return tuple(
        _("“%(name)s” is genegeerd: dit onderdeel kennen we niet.", name=repeatable(name))
        for name in dict.fromkeys(given)
        if name not in known
    )
