"""One partner reduced to what can be counted, sorted and found: a column of the matrix."""

from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from partnerkompas.answers.facts import Fact, Facts, summary
from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.partners.models import Partner
from partnerkompas.search.document import names_of, names_of_provinces, places_of, provinces_of
from partnerkompas.search.request import FacetKey


class RowName(NamedTuple):
    """One row of the matrix: who stands under a value of a facet, or is in a state."""

    criterion: str
    product: str
    is_state: bool
    code: str

    @property
    def key(self) -> FacetKey:
        return FacetKey(self.criterion, self.product)


class Entry(NamedTuple):
    """Where an answer stands on the line of a facet, for ranges, and what it sorts by."""

    key: FacetKey
    number: float | None
    sort_key: float | str


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What one answer amounts to. Partners that say the same share a mark.

    A per-product answer counts for its product and for any product.
    """

    rows: tuple[RowName, ...]
    entries: tuple[Entry, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marking:
    """Makes marks, one for each different answer: a market of answers has few different ones."""

    edition: Edition
    made: dict[tuple[str, str, State, str], Mark] = field(default_factory=dict)

    def mark(self, fact: Fact) -> Mark:
        """The mark of a fact; its value only matters while it counts."""
        known = fact.criterion, fact.product, fact.state, repr(fact.value) if fact.counts else ""
        found = self.made.get(known)
        if found is None:
            found = self.made[known] = self._make(fact)
        return found

    def _make(self, fact: Fact) -> Mark:
        question = self.edition.by_key[fact.criterion]
        kind, products = kind_of(question), dict.fromkeys(("", fact.product))
        states = [RowName(fact.criterion, product, True, fact.state) for product in products]
        if not fact.counts:
            return Mark(tuple(states))
        codes = kind.buckets(question, fact.value)
        values = [RowName(fact.criterion, product, False, code) for product in products for code in codes]
        number, sort_key = kind.number(question, fact.value), kind.sort_key(question, fact.value, "nl")
        entries = (Entry(FacetKey(fact.criterion, product), number, sort_key) for product in products)
        return Mark((*states, *values), tuple(entries), kind.terms(question, fact.value))


@dataclass(frozen=True, slots=True)
class Column:
    """One partner at one moment."""

    id: int
    slug: str
    name: str
    marks: tuple[Mark, ...]
    """What each of its answers amounts to."""
    known: int
    asked: int
    fictional: bool
    median_on: float | None
    """The median day on which what is known was last confirmed, as an ordinal: ages follow from it on any day."""
    oldest_on: date | None
    newest_on: date | None
    names: tuple[str, ...]
    """The names by which it is found."""
    places: tuple[str, ...]
    """The towns and provinces by which it is found."""

    @property
    def rows(self) -> frozenset[RowName]:
        """The rows of the matrix in which it stands."""
        return frozenset(row for mark in self.marks for row in mark.rows)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its answers on the lines of facets."""
        return tuple(entry for mark in self.marks for entry in mark.entries)

    @property
    def texts(self) -> tuple[str, ...]:
        """Its places and the words of its answers: everything by which it is found besides its names."""
        return tuple(dict.fromkeys(chain(self.places, *map(_texts, self.marks))))


_texts = attrgetter("texts")


def column_of(partner: Partner, facts: Facts, marking: Marking) -> Column:
    """Reduce a partner to a column."""
    told = summary(facts)
    return Column(
        id=partner.id,
        slug=partner.slug,
        name=partner.name,
        marks=tuple(map(marking.mark, facts.values())),
        known=told.known,
        asked=told.asked,
        fictional=partner.fictional,
        median_on=told.median_on,
        oldest_on=told.oldest_on,
        newest_on=told.newest_on,
        names=names_of(partner),
        places=(*places_of(partner), *names_of_provinces(provinces_of(partner), marking.edition)),
    )
