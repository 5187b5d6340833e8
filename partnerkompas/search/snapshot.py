"""Everything structured about the listed partners at one moment, ready to be counted.

A set of partners is one Python integer, bit n for the partner at position n: intersecting is `&`, counting is
`bit_count()`, and thousands of partners cost microseconds. A snapshot never changes; a changed partner gives a new one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from partnerkompas.answers.facts import Fact, Facts, Summary, summary
from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.partners.models import Partner
from partnerkompas.search import order
from partnerkompas.search.document import about_partner, terms_of, words_of
from partnerkompas.search.request import FacetKey
from partnerkompas.search.words import Word, fold, tokens

Bits = int
"""A set of partners."""

Line = tuple[Sequence[float], Sequence[int]]
"""For ranges: every number of a facet in order, and the position of the partner each belongs to."""

NO_LINE: Line = ((), ())


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What one answer amounts to: under which facets and values it counts, where it sorts, by which words it is found.

    Partners that say the same share a mark. A per-product answer counts for its product and for any product.
    """

    keys: tuple[FacetKey, ...]
    state: State
    codes: tuple[str, ...] = ()
    number: float | None = None
    sort_key: float | str | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Marking:
    """Makes marks, one for each different answer: a market of answers has few different ones."""

    edition: Edition
    made: dict[tuple[str, str, State, str], Mark] = field(default_factory=dict)

    def mark(self, fact: Fact) -> Mark:
        """The mark of a fact; its value only matters while it counts."""
        known = fact.criterion, fact.product, fact.state, repr(fact.value) if fact.counts else ""
        if known not in self.made:
            self.made[known] = self._make(fact)
        return self.made[known]

    def _make(self, fact: Fact) -> Mark:
        question = self.edition.by_key[fact.criterion]
        kind, keys = kind_of(question), tuple({FacetKey(fact.criterion), FacetKey(fact.criterion, fact.product)})
        if not fact.counts:
            return Mark(keys, fact.state)
        return Mark(
            keys,
            fact.state,
            kind.buckets(question, fact.value),
            kind.number(question, fact.value),
            kind.sort_key(question, fact.value, "nl"),
            words_of(terms_of(question, fact)),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One partner, reduced to what can be counted, sorted and found."""

    id: int
    slug: str
    name: str
    marks: tuple[Mark, ...]
    name_words: frozenset[str]
    own_words: frozenset[str]
    summary: Summary

    @property
    def words(self) -> frozenset[str]:
        """Everything the partner can be found by."""
        return self.own_words.union(*(mark.words for mark in self.marks))


def column_of(partner: Partner, facts: Facts, marking: Marking, day: date) -> Column:
    """Reduce a partner to a column."""
    return Column(
        id=partner.id,
        slug=partner.slug,
        name=partner.name,
        marks=tuple(marking.mark(fact) for fact in facts.values()),
        name_words=frozenset(tokens(partner.name)),
        own_words=words_of(about_partner(partner)),
        summary=summary(facts, day),
    )


@dataclass(frozen=True)
class Snapshot:
    """The listed partners at one moment. `number` is the last outbox row it knows of."""

    marking: Marking
    release: str
    day: date
    number: int
    columns: tuple[Column, ...]
    marks: Mapping[Mark, Bits]
    values: Mapping[FacetKey, Mapping[str, Bits]]
    states: Mapping[FacetKey, Mapping[State, Bits]]
    lines: Mapping[FacetKey, Line]
    _sort_keys: dict[FacetKey, Mapping[int, Sequence[float | str]]] = field(default_factory=dict, compare=False)

    @property
    def edition(self) -> Edition:
        """The criteria that the answers were given to."""
        return self.marking.edition

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
        found: dict[str, Bits] = {}
        for mark, bits in self.marks.items():
            for word in mark.words:
                found[word] = found.get(word, 0) | bits
        for place, column in enumerate(self.columns):
            for word in column.own_words:
                found[word] = found.get(word, 0) | 1 << place
        return found

    def counts(self, criterion: str) -> dict[str, int]:
        """How many partners stand under each value of a facet, with nothing chosen."""
        return {code: bits.bit_count() for code, bits in self.values.get(FacetKey(criterion), {}).items()}

    def in_range(self, key: FacetKey, low: float, high: float) -> Bits:
        """The partners with a number from low to high, bounds included."""
        numbers, places = self.lines.get(key, NO_LINE)
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
        keys = self.sort_keys(key)
        known = [place for place in places if place in keys]
        known.sort(key=lambda place: keys[place][-1 if descending else 0], reverse=descending)
        return known + [place for place in places if place not in keys]

    def sort_keys(self, key: FacetKey) -> Mapping[int, Sequence[float | str]]:
        """What the partner at each position sorts by, lowest first: it may have an answer for several products."""
        if key not in self._sort_keys:
            found = {
                place: sorted(mark.sort_key for mark in column.marks if key in mark.keys and mark.sort_key is not None)
                for place, column in enumerate(self.columns)
            }
            self._sort_keys[key] = {place: each for place, each in found.items() if each}
        return self._sort_keys[key]


def snapshot_of(columns: Sequence[Column], marking: Marking, release: str, day: date, number: int) -> Snapshot:
    """Turn columns into bit sets: first who has which mark, then what each mark counts for."""
    holders: dict[Mark, list[int]] = {}
    for place, column in enumerate(columns):
        for mark in column.marks:
            holders.setdefault(mark, []).append(place)
    marks = {mark: bits_of(places, len(columns)) for mark, places in holders.items()}
    return Snapshot(marking, release, day, number, tuple(columns), marks, *_counted(marks))


def changed_in(before: Snapshot, columns: Iterable[Column], number: int) -> Snapshot:
    """A snapshot with some of its partners read again, by the same marking; only what changes is counted anew."""
    every, marks, touched = list(before.columns), dict(before.marks), set[FacetKey]()
    for column in columns:
        place = before.position[column.id]
        for mark in {*every[place].marks} ^ {*column.marks}:
            marks[mark] = marks.get(mark, 0) ^ (1 << place)
            touched.update(mark.keys)
        every[place] = column
    marks = {mark: bits for mark, bits in marks.items() if bits}
    values, states, lines = _counted({mark: bits for mark, bits in marks.items() if not touched.isdisjoint(mark.keys)})
    return replace(
        before,
        number=number,
        columns=tuple(every),
        marks=marks,
        values={**before.values, **{key: values.get(key, {}) for key in touched}},
        states={**before.states, **{key: states.get(key, {}) for key in touched}},
        lines={**before.lines, **{key: lines.get(key, NO_LINE) for key in touched}},
        _sort_keys={},
    )


def _counted(
    marks: Mapping[Mark, Bits],
) -> tuple[dict[FacetKey, dict[str, Bits]], dict[FacetKey, dict[State, Bits]], dict[FacetKey, Line]]:
    """The values, states and lines that marks give."""
    values: dict[FacetKey, dict[str, Bits]] = {}
    states: dict[FacetKey, dict[State, Bits]] = {}
    lines: dict[FacetKey, list[tuple[float, int]]] = {}
    for mark, bits in marks.items():
        for key in mark.keys:
            by_state, by_code = states.setdefault(key, {}), values.setdefault(key, {})
            by_state[mark.state] = by_state.get(mark.state, 0) | bits
            for code in mark.codes:
                by_code[code] = by_code.get(code, 0) | bits
            if mark.number is not None:
                lines.setdefault(key, []).extend((mark.number, place) for place in places_of(bits))
    ordered: dict[FacetKey, Line] = {}
    for key, line in lines.items():
        line.sort()
        ordered[key] = [number for number, _place in line], [place for _number, place in line]
    return values, states, ordered


def bits_of(places: Iterable[int], size: int) -> Bits:
    """The set of some positions out of `size`."""
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


def places_of(bits: Bits) -> Iterator[int]:
    """The positions in a small set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def members(bits: Bits, in_order: Sequence[int]) -> Iterator[int]:
    """The positions in a set, in the order given."""
    packed = bits.to_bytes((max(bits.bit_length(), len(in_order)) >> 3) + 1, "little")
    return (place for place in in_order if packed[place >> 3] >> (place & 7) & 1)
