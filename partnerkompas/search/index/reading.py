"""Read the index: one Reader for each commit, which never changes and which any number of threads may use."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from partnerkompas.search.index.document import INDEX_FIELDS, KIND_BITS, WRITTEN, Applied, first_key
from partnerkompas.search.index.folder import current, is_whole, read_manifest
from partnerkompas.search.index.merging import MANY
from partnerkompas.search.index.opened import Opened, opened
from partnerkompas.search.index.postings import IndexPostings, Part, PlaceOf
from partnerkompas.search.index.ranking import WEIGHTS, Hit, Ranking, Weights
from partnerkompas.search.index.segment import Segment
from partnerkompas.search.words import Query

_ATTEMPTS = 20
"""A commit takes the files of the one before away; who was about to open them looks again."""

_MOST_FOLDERS = 8

_latest: dict[Path, "Reader"] = {}
_reading = Lock()


def open_reader(folder: Path, lexicon: str | None = None) -> "Reader | None":
    """The index in use as it is now; None when there is none, on any doubt, or when made with another lexicon.

    The same Reader as before while nothing was committed. After a small update it costs what was added (1 to 4 ms).
    """
    for _attempt in range(_ATTEMPTS):
        name = current(folder)
        manifest = read_manifest(folder / name) if name else None
        if manifest is None or lexicon not in (None, manifest.applied.lexicon):
            return None
        latest = _latest.get(folder)
        try:
            if latest is not None and latest.index.made == folder / name and latest.index.manifest == manifest:
                return latest if is_whole(folder / name, manifest) else None
            index = opened(folder / name)
        except OSError:
            index = None
        if index is not None:
            return _keep(folder, Reader(index))
        if current(folder) == name and read_manifest(folder / name) == manifest:
            return None
    return None


def _keep(folder: Path, reader: "Reader") -> "Reader":
    with _reading:
        if len(_latest) >= _MOST_FOLDERS:
            _latest.clear()
        _latest[folder] = reader
    return reader


class Reader:
    """The index as one commit left it."""

    def __init__(self, index: Opened) -> None:
        self.index = index
        self.applied: Applied = index.manifest.applied
        self.parts: tuple[tuple[Segment, NDArray[np.bool_]], ...] = tuple(
            (segment, _alive(segment.size, set(described.deleted_docs())))
            for segment, described in zip(index.segments, index.described, strict=True)
        )
        """Each segment, and which of its documents were not deleted since."""
        self.size = sum(int(alive.sum()) for _segment, alive in self.parts)
        """Documents of all kinds."""
        self._rankings: dict[str, Ranking] = {}

    @property
    def is_scattered(self) -> bool:
        """Whether it has so many segments that merging is worth trying."""
        return len(self.parts) > MANY

    def numbers(self, kind: str) -> list[NDArray[np.int64]]:
        """For each segment the number of each document; -1 where it was deleted or is of another kind."""
        first = first_key(kind)
        found = []
        for segment, alive in self.parts:
            numbers = segment.keys - first
            found.append(np.where(alive & (numbers >= 0) & (numbers < 1 << KIND_BITS), numbers, -1))
        return found

    def postings(self, kind: str, place_of: PlaceOf) -> IndexPostings:
        """Which documents of a kind hold what, as sets of places.

        `place_of` gives for the number of a document its place: a mapping, or an array with -1 where there is none.
        A document without a place is never found.
        """
        parts = [
            Part(segment, places_of(numbers, place_of))
            for (segment, _alive), numbers in zip(self.parts, self.numbers(kind), strict=True)
        ]
        return IndexPostings(parts)

    def rank(
        self, query: Query, kind: str, limit: int, *, any_term: bool = False, weights: Weights = WEIGHTS
    ) -> list[Hit]:
        """The documents of a kind that answer a query best; they have all of its terms, or with `any_term` some."""
        if kind not in self._rankings:
            self._rankings[kind] = Ranking([segment for segment, _alive in self.parts], self.numbers(kind))
        return self._rankings[kind].rank(query, limit, weights, any_term)

    @cached_property
    def words(self) -> dict[str, int]:
        """All words, in their exact form, with in how many documents each stands."""
        found: dict[str, int] = {}
        for segment, alive in self.parts:
            once: dict[str, NDArray[np.uint32]] = {}
            for field in WRITTEN:
                for word, held in segment.words(field):
                    ids = held.ids[alive[held.ids]]
                    once[word] = np.union1d(once[word], ids) if word in once else ids
            for word, ids in once.items():
                if len(ids):
                    found[word] = found.get(word, 0) + len(ids)
        return found

    def documents(self, kind: str) -> dict[int, Mapping[str, frozenset[str]]]:
        """Every document of a kind with its words by index field, to look at; `sums_in` is what is compared."""
        found: dict[int, dict[str, set[str]]] = {}
        for (segment, _alive), numbers in zip(self.parts, self.numbers(kind), strict=True):
            known = numbers.tolist()
            found.update({number: {} for number in known if number >= 0})
            for field in INDEX_FIELDS:
                for word, held in segment.words(field):
                    for each in held.ids.tolist():
                        if known[each] >= 0:
                            found[known[each]].setdefault(field, set()).add(word)
        return {
            number: {field: frozenset(words) for field, words in its_fields.items()}
            for number, its_fields in found.items()
        }


def places_of(numbers: NDArray[np.int64], place_of: PlaceOf) -> NDArray[np.intp]:
    """For each document of a segment its place; -1 where it has none."""
    if isinstance(place_of, np.ndarray):
        known = (numbers >= 0) & (numbers < len(place_of))
        places = np.full(len(numbers), -1, np.intp)
        places[known] = place_of[numbers[known]]
        return places
    return np.fromiter((place_of.get(number, -1) for number in numbers.tolist()), np.intp, len(numbers))


def _alive(size: int, deleted: set[int]) -> NDArray[np.bool_]:
    alive = np.ones(size, np.bool_)
    alive[list(deleted)] = False
    return alive
