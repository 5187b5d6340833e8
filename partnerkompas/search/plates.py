"""Facets as text with holes where their counts go: printed by their template once, and filled for every request.

A page has hundreds of facet values, and from one request to the next only their counts differ. What is chosen looks
different, so a facet has a plate for each choice that was made of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from markupsafe import Markup

from partnerkompas.search.request import Choice, FacetKey
from partnerkompas.search.snapshot import Snapshot

MARK, ADDRESS = "\x00", "\x01"
"""Stand where a hole is, and where an address that holds the whole request; no text of ours or a reader has them."""

SOME = 918_273_645
"""A count that no partner guide will ever hold."""

MOST_SETS = 6
"""How many moments and languages plates are kept for."""

MOST_PLATES = 500
"""Plates of facets with a choice, of one moment and language: about 10 kB each."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Where one count goes: the row of the matrix it comes from (None: always 0), and what stands around it."""

    row: int | None
    none: str
    """The whole text when the count is 0."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A text with holes: its first piece, and for each hole its row and texts, with what follows to the next hole."""

    first: str
    rest: tuple[tuple[int, str, str, str], ...]
    """Row, the text for 0, the text before another count, and the text after it."""


def plate_of(text: str, holes: Sequence[Hole]) -> Plate:
    """Make a plate of a text in which MARK stands at every hole, in their order; what is always 0 is no hole."""
    first, *pieces = text.split(MARK)
    rest: list[tuple[int, str, str, str]] = []
    for hole, piece in zip(holes, pieces, strict=True):
        if hole.row is not None:
            rest.append((hole.row, hole.none + piece, hole.before, hole.after + piece))
        elif rest:
            row, none, before, after = rest[-1]
            rest[-1] = row, none + hole.none + piece, before, after + hole.none + piece
        else:
            first += hole.none + piece
    return Plate(first, tuple(rest))


def hole(row: int | None, printed: Callable[[int], str], shown: Callable[[int], str]) -> Hole:
    """A hole for a count, by printing its text for 0 and for a number that stands nowhere else in it."""
    before, number, after = printed(SOME).partition(shown(SOME))
    assert number, "a count is printed as it is shown"
    return Hole(row, printed(0), before, after)


def joined(plates: Iterable[Plate], between: str) -> Plate:
    """Some plates as one, with a text between each two."""
    first, rest = "", list[tuple[int, str, str, str]]()
    for number, plate in enumerate(plates):
        text = between + plate.first if number else plate.first
        if rest:
            row, none, before, after = rest[-1]
            rest[-1] = row, none + text, before, after + text
        else:
            first += text
        rest += plate.rest
    return Plate(first, tuple(rest))


def filled(plate: Plate, counts: Mapping[int, int] | Sequence[int], shown: Callable[[int], str]) -> str:
    """The text with its counts by row; `shown` writes a number."""
    pieces = [plate.first]
    for row, none, before, after in plate.rest:
        if count := counts[row]:
            pieces += before, shown(count), after
        else:
            pieces.append(none)
    return "".join(pieces)


LATER = Markup(MARK)  # noqa: S704 - a mark, and nothing of anybody
"""Printed by a template where something large comes, so that it need not be copied through every part of the page."""


def with_pieces(text: str, pieces: Iterable[Iterable[str]]) -> bytes:
    """A page as it is sent, with at each LATER the texts that come there.

    Each is encoded by itself: one letter that is not Latin would make the whole page slow to write.
    """
    parts = text.split(MARK)
    sent = [parts[0].encode()]
    for together, part in zip(pieces, parts[1:], strict=True):
        sent += [each.encode() for each in together]
        sent.append(part.encode())
    return b"".join(sent)


class PlateSet:
    """The plates of one layout, day, form and language: a facet has one for each choice that was made of it."""

    def __init__(self) -> None:
        self.holes: dict[tuple[FacetKey, str, bool, str, bool], Hole] = {}
        """By facet, name of its boxes, whether it is a state, code, and whether it is chosen: plates share them."""
        self._bare: dict[FacetKey, Plate] = {}
        self._themes: dict[str, Plate] = {}
        self._chosen: OrderedDict[tuple[FacetKey, Choice], Plate] = OrderedDict()
        self._lock = Lock()

    def plate(self, key: FacetKey, choice: Choice, make: Callable[[], Plate]) -> Plate:
        """The plate that was made before, or is made now. Those without a choice are for everybody, so they stay."""
        if not choice:
            found = self._bare.get(key)
            if found is None:
                found = self._bare[key] = make()
            return found
        with self._lock:
            found = self._chosen.get((key, choice))
            if found is not None:
                self._chosen.move_to_end((key, choice))
                return found
        found = make()
        with self._lock:
            self._chosen[key, choice] = found
            while len(self._chosen) > MOST_PLATES:
                self._chosen.popitem(last=False)
        return found

    def theme(self, key: str, make: Callable[[], Plate]) -> Plate:
        """All facets of a theme of which nothing is chosen, for no product: made before, or made now."""
        found = self._themes.get(key)
        if found is None:
            found = self._themes[key] = make()
        return found


class Kept:
    """The sets of plates used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sets: OrderedDict[tuple[object, date, str, str], PlateSet] = OrderedDict()

    def of(self, snapshot: Snapshot, form: str, language: str) -> PlateSet:
        """The plates for a snapshot: they hold as long as the same rows mean the same on the same day."""
        key = (snapshot.matrix.layout, snapshot.day, form, language)
        with self._lock:
            found = self._sets.get(key)
            if found is None:
                found = self._sets[key] = PlateSet()
            self._sets.move_to_end(key)
            while len(self._sets) > MOST_SETS:
                self._sets.popitem(last=False)
            return found
