"""A piece of a page printed once by its template, with marks for its texts; then its texts are filled in."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from partnerkompas.search.plates import MARK

Pieces = TypeVar("Pieces", bound=tuple[object, ...])


class Stencil(NamedTuple):
    """The first piece, and then which text comes and the piece after it."""

    first: str
    rest: tuple[tuple[int, str], ...]

    def filled(self, texts: Sequence[Any]) -> str:
        """The piece with the texts, which are escaped already, at their places."""
        pieces = [self.first]
        for place, after in self.rest:
            pieces += texts[place], after
        return "".join(pieces)


def stencil_of(values: Pieces, texts: Sequence[int], printed: Callable[[Pieces], str]) -> Stencil:
    """The stencil that values have which only differ in the texts at some places."""
    marks = {place: f"{MARK}{place}{MARK}" for place in texts}
    marked = (marks.get(place, value) for place, value in enumerate(values))
    made = type(values)._make(marked) if hasattr(values, "_make") else tuple(marked)
    first, *rest = printed(made).split(MARK)  # type: ignore[arg-type]
    return Stencil(first, tuple((int(place), after) for place, after in zip(rest[::2], rest[1::2], strict=True)))
