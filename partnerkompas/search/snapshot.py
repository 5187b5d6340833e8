"""Everything structured about the listed partners at one moment, ready to be counted.

A set of partners is one Python integer, bit n for the partner at position n: intersecting is `&`, counting is
`bit_count()`, and thousands of partners cost microseconds. A snapshot never changes; a changed partner gives a new one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from partnerkompas.answers.facts import Facts, Summary, summary
from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.partners.models import Partner
from partnerkompas.search import order
from partnerkompas.search.document import findings, words_of
from partnerkompas.search.request import FacetKey
from partnerkompas.search.words import Word, fold, tokens

Bits = int
"""A set of partners."""


@dataclass(frozen=True, slots=True)
class Column:
    """One partner, reduced to what can be counted, sorted and found."""

    id: int
    slug: str
    name: str
    values: Mapping[FacetKey, frozenset[str]]
    states: Mapping[FacetKey, frozenset[State]]
    numbers: Mapping[FacetKey, tuple[float, ...]]
    sort_keys: Mapping[FacetKey, tuple[float | str, ...]]
    words: frozenset[str]
    name_words: frozenset[str]
    summary: Summary


def column_of(partner: Partner, facts: Facts, edition: Edition, day: date) -> Column:
    """Reduce a partner to a column. A per-product question counts once for each product, and once for any of them."""
    values: dict[FacetKey, set[str]] = {}
    states: dict[FacetKey, set[State]] = {}
    numbers: dict[FacetKey, list[float]] = {}
    sort_keys: dict[FacetKey, list[float | str]] = {}
    for (criterion, product), fact in facts.items():
        question = edition.by_key[criterion]
        kind = kind_of(question)
        for key in {FacetKey(criterion), FacetKey(criterion, product)}:
            states.setdefault(key, set()).add(fact.state)
            if not fact.counts:
                continue
            values.setdefault(key, set()).update(kind.buckets(question, fact.value))
            sort_keys.setdefault(key, []).append(kind.sort_key(question, fact.value, "nl"))
            number = kind.number(question, fact.value)
            if number is not None:
                numbers.setdefault(key, []).append(number)
    return Column(
        id=partner.id,
        slug=partner.slug,
        name=partner.name,
        values={key: frozenset(each) for key, each in values.items()},
        states={key: frozenset(each) for key, each in states.items()},
        numbers={key: tuple(each) for key, each in numbers.items()},
        sort_keys={key: tuple(sorted(each)) for key, each in sort_keys.items()},
        words=words_of(findings(partner, facts, edition)),
        name_words=frozenset(tokens(partner.name)),
        summary=summary(facts, day),
    )


@dataclass(frozen=True)
class Snapshot:
    """The listed partners at one moment. `number` is the last outbox row it knows of."""

    edition: Edition
    release: str
    day: date
    number: int
    columns: tuple[Column, ...]
    values: Mapping[FacetKey, Mapping[str, Bits]] = field(default_factory=dict)
    states: Mapping[FacetKey, Mapping[State, Bits]] = field(default_factory=dict)
    lines: Mapping[FacetKey, tuple[Sequence[float], Sequence[int]]] = field(default_factory=dict)
    """For ranges: every number of a facet in order, and the position of the partner each belongs to."""

    @property
    def everyone(self) -> Bits:
        return (1 << len(self.columns)) - 1

    @cached_property
    def position(self) -> Mapping[int, int]:
        """Where the partner with an id stands."""
        return {column.id: place for place, column in enumerate(self.columns)}

    @cached_property
    def by_slug(self) -> Mapping[str, Column]:
        return {column.slug: column for column in self.columns}

    @cached_property
    def neutral_order(self) -> Sequence[int]:
        """All positions in the shuffle of its day."""
        return order.shuffled(order.seed(self.day), [column.slug for column in self.columns])

    @cached_property
    def vocabulary(self) -> Mapping[str, Bits]:
        """Each word with the partners that have it: for when the words index cannot be used."""
        found: dict[str, list[int]] = {}
        for place, column in enumerate(self.columns):
            for word in column.words:
                found.setdefault(word, []).append(place)
        return {word: bits_of(places, len(self.columns)) for word, places in found.items()}

    def counts(self, criterion: str) -> dict[str, int]:
        """How many partners stand under each value of a facet, with nothing chosen."""
        return {code: bits.bit_count() for code, bits in self.values.get(FacetKey(criterion), {}).items()}

    def in_range(self, key: FacetKey, low: float, high: float) -> Bits:
        """The partners with a number from low to high, bounds included."""
        numbers, places = self.lines.get(key, ((), ()))
        return bits_of(places[bisect_left(numbers, low) : bisect_right(numbers, high)], len(self.columns))

    def with_words(self, words: Iterable[Word]) -> Bits:
        """The partners that have every word, looked up in the vocabulary."""
        found = self.everyone
        for word in words:
            having = 0
            for token, bits in self.vocabulary.items():
                if word.matches(token):
                    having |= bits
            found &= having
        return found

    def sorted(self, bits: Bits, sort: str) -> list[int]:
        """Positions in the order asked; who has no answer comes last; ties stay in the shuffle of the day."""
        places = list(members(bits, self.neutral_order))
        if sort == "neutraal":
            return places
        if sort == "naam":
            return sorted(places, key=lambda place: fold(self.columns[place].name))
        descending = sort.startswith("-")
        key = FacetKey(*sort.removeprefix("-").split("@"))
        known = [place for place in places if key in self.columns[place].sort_keys]
        end = -1 if descending else 0
        known.sort(key=lambda place: self.columns[place].sort_keys[key][end], reverse=descending)
        taken = set(known)
        return known + [place for place in places if place not in taken]


def snapshot_of(columns: Sequence[Column], edition: Edition, release: str, day: date, number: int) -> Snapshot:
    """Turn columns into bit sets."""
    values: dict[FacetKey, dict[str, list[int]]] = {}
    states: dict[FacetKey, dict[State, list[int]]] = {}
    lines: dict[FacetKey, list[tuple[float, int]]] = {}
    for place, column in enumerate(columns):
        for key, codes in column.values.items():
            by_code = values.setdefault(key, {})
            for code in codes:
                by_code.setdefault(code, []).append(place)
        for key, found in column.states.items():
            by_state = states.setdefault(key, {})
            for state in found:
                by_state.setdefault(state, []).append(place)
        for key, numbers in column.numbers.items():
            lines.setdefault(key, []).extend((number, place) for number in numbers)
    size = len(columns)
    for line in lines.values():
        line.sort()
    return Snapshot(
        edition,
        release,
        day,
        number,
        tuple(columns),
        {key: {code: bits_of(places, size) for code, places in each.items()} for key, each in values.items()},
        {key: {state: bits_of(places, size) for state, places in each.items()} for key, each in states.items()},
        {key: ([number for number, _place in line], [place for _number, place in line]) for key, line in lines.items()},
    )


def bits_of(places: Iterable[int], size: int) -> Bits:
    """The set of some positions out of `size`."""
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


def members(bits: Bits, in_order: Sequence[int]) -> Iterator[int]:
    """The positions in a set, in the order given."""
    packed = bits.to_bytes((max(bits.bit_length(), len(in_order)) >> 3) + 1, "little")
    return (place for place in in_order if packed[place >> 3] >> (place & 7) & 1)
