"""What somebody may be typing: names that hold every word typed so far, the last as a beginning."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain, islice
from operator import and_

from partnerkompas.search.words.analysis import fold, tokens

SHORT = 2
"""Letters of beginnings whose entries are worked out beforehand: there are few, and each is most of the list."""

MANY = 64
"""Entries that share a word before they are kept as a set."""

MOST_WORDS, LONGEST = 8, 200
"""Words and letters typed that are looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be typed."""

    label: str
    sort: str
    """What it is: "partner", "option", "criterion"."""
    key: str = ""
    weight: int = 0
    """Of entries that fit equally well the heavier comes first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Beginnings:
    """Texts in order, each with the entries that have it: as a set where they are many, else as places."""

    texts: tuple[str, ...]
    having: tuple["int | array[int]", ...]
    short: Mapping[str, int]
    """The sets for each short beginning."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "_Beginnings":
        found: dict[str, array[int]] = {}
        short: dict[str, array[int]] = {}
        for text, place in pairs:
            found.setdefault(text, array("l")).append(place)
            for length in range(1, SHORT + 1):
                short.setdefault(text[:length], array("l")).append(place)
        texts = tuple(sorted(found))
        having = tuple(found[text] if len(found[text]) < MANY else _bits(found[text]) for text in texts)
        return cls(texts, having, {start: _bits(places) for start, places in short.items()})

    def entries(self, start: str) -> int:
        """The set of entries whose text begins so."""
        if len(start) <= SHORT:
            return self.short.get(start, 0)
        few, bits = array("l"), 0
        for at in range(bisect_left(self.texts, start), len(self.texts)):
            if not self.texts[at].startswith(start):
                break
            having = self.having[at]
            if isinstance(having, int):
                bits |= having
            else:
                few.extend(having)
        return bits | _bits(few)


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """Entries, the heaviest first; by the words in their labels, and by the whole labels."""

    entries: tuple[Entry, ...]
    words: _Beginnings
    labels: _Beginnings

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Completion":
        """Make it from entries in any order."""
        ordered = tuple(sorted(entries, key=lambda entry: (-entry.weight, fold(entry.label), entry.sort, entry.key)))
        words = ((word, place) for place, entry in enumerate(ordered) for word in set(tokens(entry.label)))
        labels = ((" ".join(fold(entry.label).split()), place) for place, entry in enumerate(ordered))
        return cls(ordered, _Beginnings.of(words), _Beginnings.of(labels))

    def complete(self, typed: str, most: int = 8) -> list[Entry]:
        """The entries that hold all words typed, each as a beginning; first those whose label begins as typed."""
        written = fold(typed[:LONGEST]).split()[:MOST_WORDS]
        wanted = {word for each in written for word in tokens(each)[:1]}
        if not wanted:
            return []
        left = reduce(and_, map(self.words.entries, wanted))
        first = left & self.labels.entries(" ".join(written))
        return [self.entries[place] for place in islice(chain(_places(first), _places(left & ~first)), most)]


def _bits(places: Iterable[int]) -> int:
    flags = bytearray()
    for place in places:
        if place >> 3 >= len(flags):
            flags.extend(bytes((place >> 3) + 1 - len(flags)))
        flags[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(flags, "little")


def _places(bits: int) -> Iterator[int]:
    """The places in a set, the first first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
