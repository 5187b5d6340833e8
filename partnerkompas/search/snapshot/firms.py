"""The partners of a snapshot themselves: who they are, how much is known of them, in which orders they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from heapq import nsmallest
from struct import Struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from partnerkompas.answers.facts import months_between
from partnerkompas.search import order
from partnerkompas.search.snapshot.bits import Bits, Places, turns_of
from partnerkompas.search.snapshot.columns import Column
from partnerkompas.search.snapshot.roll import NOBODY, Entry, Roll
from partnerkompas.search.words import fold

FIRM = np.dtype(
    [
        ("read", "<i8"),
        ("known", "<i4"),
        ("asked", "<i4"),
        ("fictional", "?"),
        ("median", "<f8"),
        ("oldest", "<i4"),
        ("newest", "<i4"),
    ]
)
"""One position: the outbox number at which the partner was last read (0: nobody stands here any more), how much is
known and asked, whether it is invented, and days as ordinals (NaN or 0: none)."""

_TOLD = Struct("<qii?dii")
"""The same to take one apart: numpy takes twice as long, being made for many of one sort."""


MOST_MADE = 20_000
"""So many are kept as they were made: about 5 MB."""


class Firm(NamedTuple):
    """One partner as a list needs it."""

    id: int
    read: int
    slug: str
    name: str
    known: int
    asked: int
    fictional: bool
    age_months: int | None
    oldest_on: date | None
    newest_on: date | None


@dataclass(frozen=True)
class Firms:
    """All partners, by position. A partner keeps its position until the next whole reading; who left leaves a gap."""

    day: date
    about: npt.NDArray[np.void]
    roll: Roll
    neutral: Places
    """The positions in the shuffle of the day."""
    alphabet: Places
    """The positions by name, as a reader sorts."""
    _made: dict[int, Firm] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.roll)

    def __getitem__(self, place: int) -> Firm:
        return self.at([place])[0]

    def at(self, places: Sequence[int]) -> list[Firm]:
        """The partners at some positions, in that order."""
        made = self._made
        if len(made) > MOST_MADE:
            made.clear()
        return [made.get(place) or made.setdefault(place, self._firm(place)) for place in places]

    def _firm(self, place: int) -> Firm:
        read, known, asked, fictional, median, oldest, newest = _TOLD.unpack_from(self.about.data, place * _TOLD.size)
        id_, slug, name = self.roll.entries[place]
        months = _months(median, self.day) if median == median else None  # NaN: nothing has a date
        return Firm(id_, read, slug, name, known, asked, fictional, months, _day(oldest), _day(newest))

    @cached_property
    def neutral_turns(self) -> Places:
        """The turn of each position in the shuffle of the day."""
        return turns_of(self.neutral)

    @cached_property
    def alphabet_turns(self) -> Places:
        """The turn of each position by name."""
        return turns_of(self.alphabet)

    @cached_property
    def any_fictional(self) -> bool:
        """Whether any partner is invented, so that every page must say so."""
        return bool(self.about["fictional"].any())

    @property
    def between(self) -> tuple[date | None, date | None]:
        """The oldest and the newest day on which anything was last confirmed."""
        dated = self.about[self.about["oldest"] > 0]
        if not len(dated):
            return None, None
        return _day(dated["oldest"].min()), _day(dated["newest"].max())

    def longest_unconfirmed(self, most: int) -> list[int]:
        """The partners with the oldest answers, oldest first; those of one day by slug."""
        dated = np.flatnonzero(self.about["oldest"]).tolist()
        return nsmallest(most, dated, key=lambda place: (self.about["oldest"][place], self.names[place][0]))

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Slug and name at each position; both empty in a gap."""
        return self.roll.names

    @property
    def everyone(self) -> Bits:
        """All positions where somebody stands."""
        return self.roll.everyone

    @property
    def place_of_id(self) -> Mapping[int, int]:
        """Where the partner with an id stands."""
        return self.roll.place_of_id

    @property
    def place_by_id(self) -> Places:
        """The same as one array by id; -1 for who is not here."""
        return self.roll.place_by_id

    @property
    def place_of_slug(self) -> Mapping[str, int]:
        """Where the partner with a slug stands."""
        return self.roll.place_of_slug


def firms_of(columns: Sequence[Column], day: date, number: int) -> Firms:
    """The partners of some columns, each at its position."""
    about = np.array([_row(column, number) for column in columns], FIRM)
    return _ordered(day, about, Roll(tuple(map(_entry, columns))))


def changed(before: Firms, columns: Mapping[int, Column | None], day: date, number: int) -> Firms:
    """Other partners at some positions (None: the partner left; past the end: one came), perhaps on another day."""
    size = max(len(before), max(columns, default=-1) + 1)
    about = np.zeros(size, FIRM)
    about[: len(before)] = before.about
    for place, column in columns.items():
        about[place] = _row(column, number) if column else np.zeros((), FIRM)
    moved = {place: _entry(column) if column else NOBODY for place, column in columns.items()}
    if size == len(before) and all(before.roll.entries[place] == entry for place, entry in moved.items()):
        return replace(before, about=about) if day == before.day else _ordered(day, about, before.roll)
    entries = [*before.roll.entries, *[NOBODY] * (size - len(before))]
    for place, entry in moved.items():
        entries[place] = entry
    return _ordered(day, about, Roll(tuple(entries)))


def _ordered(day: date, about: npt.NDArray[np.void], roll: Roll) -> Firms:
    names = roll.names
    here = [place for place, (slug, _name) in enumerate(names) if slug]
    neutral = [here[at] for at in order.shuffled(order.seed(day), [names[place][0] for place in here])]
    alphabet = sorted(neutral, key=lambda place: fold(names[place][1]))
    return Firms(day, about, roll, _padded(neutral, len(names)), _padded(alphabet, len(names)))


def _padded(places: Iterable[int], size: int) -> Places:
    """Positions as an array of all positions: the gaps come last, where no set reaches them."""
    given = list(places)
    gaps = sorted({*range(size)} - {*given}) if len(given) < size else []
    return np.array([*given, *gaps], np.int32)


def _entry(column: Column) -> Entry:
    return column.id, column.slug, column.name


def _row(column: Column, number: int) -> tuple[int | float, ...]:
    return (
        number,
        column.known,
        column.asked,
        column.fictional,
        np.nan if column.median_on is None else column.median_on,
        column.oldest_on.toordinal() if column.oldest_on else 0,
        column.newest_on.toordinal() if column.newest_on else 0,
    )


@lru_cache(maxsize=10_000)
def _day(ordinal: int) -> date | None:
    return date.fromordinal(int(ordinal)) if ordinal else None


@lru_cache(maxsize=10_000)
def _months(ordinal: float, day: date) -> int | None:
    """Whole months from one day to another; partners share few of them."""
    return months_between(ordinal, day)
