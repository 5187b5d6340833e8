"""One partner reduced to what can be counted, sorted and found: a column of the matrix."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from partnerkompas.answers.facts import Fact, Facts, summary
from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.partners.models import Partner
from partnerkompas.search.document import names_of, places_of
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
    rows: frozenset[RowName]
    entries: tuple[Entry, ...]
    known: int
    asked: int
    fictional: bool
    median_on: float | None
    """The median day on which what is known was last confirmed, as an ordinal: ages follow from it on any day."""
    oldest_on: date | None
    newest_on: date | None
    names: tuple[str, ...]
    """The names by which it is found."""
    texts: tuple[str, ...]
    """Its places and the words of its answers: everything else by which it is found."""


def column_of(partner: Partner, facts: Facts, marking: Marking) -> Column:
    """Reduce a partner to a column."""
    marks = [marking.mark(fact) for fact in facts.values()]
    told = summary(facts)
    return Column(
        id=partner.id,
        slug=partner.slug,
        name=partner.name,
        rows=frozenset(_rows(marks)),
        entries=tuple(entry for mark in marks for entry in mark.entries),
        known=told.known,
        asked=told.asked,
        fictional=partner.fictional,
        median_on=told.median_on,
        oldest_on=told.oldest_on,
        newest_on=told.newest_on,
        names=names_of(partner),
        texts=tuple(dict.fromkeys((*places_of(partner), *(text for mark in marks for text in mark.texts)))),
    )


def _rows(marks: Iterable[Mark]) -> Iterable[RowName]:
    return (row for mark in marks for row in mark.rows)
