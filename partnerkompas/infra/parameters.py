"""What the address of a page holds besides what the page knows: ignored, and said (issue 2: bad input)."""

from collections.abc import Iterable

from partnerkompas.infra.language import _


def ignored(given: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """A sentence for every parameter that a page does not know."""
    return tuple(
        _("“%(name)s” is genegeerd: dit onderdeel kennen we niet.", name=name[:40])
        for name in dict.fromkeys(given)
        if name not in known
    )
