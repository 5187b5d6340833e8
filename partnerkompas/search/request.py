"""What a visitor asks of the list, and the address that says it (the grammar of interface.md); grammar.py reads one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import quote_plus

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import _, language
from partnerkompas.partners.selection import Chosen

NEUTRAL, BY_NAME = "neutraal", "naam"
PER_PAGE = 20


class FacetKey(NamedTuple):
    """A question, and the product it is about when it is asked per product; no product means any of them."""

    criterion: str
    product: str = ""

    def __str__(self) -> str:
        return f"{self.criterion}@{self.product}" if self.product else self.criterion


def sorted_by(sort: str) -> FacetKey:
    """The criterion that a list is sorted by, in either direction, and for which product."""
    criterion, _at, product = sort.removeprefix("-").partition("@")
    return FacetKey(criterion, product)


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """From and to, bounds included, as typed; an empty end is open."""

    low: str
    high: str

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted of one facet: any of the values or ranges and all of some values; or else any of the states."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    states: tuple[State, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.any_of or self.all_of or self.ranges or self.states)

    @property
    def size(self) -> int:
        """How many things are chosen."""
        return len(self.any_of) + len(self.all_of) + len(self.ranges) + len(self.states)


NOTHING = Choice()


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that cannot be used, and why; a page ignores it and says so, API and file answer 400."""

    parameter: str
    value: str
    reason: str
    partly: bool = False
    """What can be used of it counts; the API says so as well, and answers. Its reason is a whole sentence."""

    @property
    def refusal(self) -> str:
        """What API and file say, which answer nothing when a parameter cannot be used."""
        return _(
            "“%(parameter)s=%(value)s”: %(reason)s.", parameter=self.parameter, value=self.value, reason=self.reason
        )

    def __str__(self) -> str:
        if self.partly:
            return self.reason
        return _(
            "“%(parameter)s=%(value)s” is genegeerd: %(reason)s.",
            parameter=self.parameter,
            value=self.value,
            reason=self.reason,
        )


Filters = tuple[tuple[FacetKey, Choice], ...]
"""The chosen facets, sorted by key, so that equal requests have equal addresses."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One request of the list; it knows its own address back."""

    q: str = ""
    filters: Filters = ()
    sort: str = NEUTRAL
    page: int = 1
    per_page: int = PER_PAGE
    as_of: date | None = None
    product: str = ""
    """The product that per-product facets are shown for; empty for any."""
    chosen: Chosen = ()

    def choice(self, key: FacetKey) -> Choice:
        """What is chosen of a facet."""
        return dict(self.filters).get(key, NOTHING)

    def choosing(self, key: FacetKey, choice: Choice) -> "SearchRequest":
        """This request with another choice of one facet, from the first page."""
        kept = {**dict(self.filters), key: choice}
        return replace(self, filters=in_order(kept), page=1)

    def toggling(self, key: FacetKey, name: str, value: object) -> "SearchRequest":
        """This request with one value of a facet added or removed; `name` is a field of Choice."""
        before: tuple[object, ...] = getattr(self.choice(key), name)
        after = tuple(each for each in before if each != value) if value in before else (*before, value)
        return self.choosing(key, replace(self.choice(key), **{name: after}))  # type: ignore[arg-type]

    def without(self, key: FacetKey) -> "SearchRequest":
        """This request with nothing chosen of one facet."""
        return self.choosing(key, NOTHING)

    def to_query(self) -> list[tuple[str, str]]:
        """The parameters of its address, in a fixed order; what is default is left out."""
        pairs = [("q", self.q)] if self.q else []
        return [*pairs, *_filter_pairs(self.filters), *self._other_pairs()]

    def _other_pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        if self.sort != NEUTRAL:
            pairs.append(("sort", self.sort))
        if self.page != 1:
            pairs.append(("pagina", str(self.page)))
        if self.per_page != PER_PAGE:
            pairs.append(("per_pagina", str(self.per_page)))
        if self.as_of:
            pairs.append(("op", self.as_of.isoformat()))
        if self.product:
            pairs.append(("voor", self.product))
        return pairs + [("p", slug) for slug in self.chosen]

    def address(self, path: str) -> str:
        """The full local address at a path."""
        words = f"q={quoted(self.q)}" if self.q else ""
        parts = (words, _filters_query(self.filters), _query(self._other_pairs()))
        query = "&".join([part for part in parts if part])
        return f"{path}?{query}" if query else path


def _filter_pairs(filters: Filters) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, choice in filters:
        pairs += [(str(key), value) for value in choice.any_of]
        pairs += [(f"{key}.alle", value) for value in choice.all_of]
        pairs += [(str(key), str(each)) for each in choice.ranges]
        pairs += [(f"{key}.stand", state.value) for state in choice.states]
    return pairs


@lru_cache(maxsize=1_000)
def _filters_query(filters: Filters) -> str:
    """Filters as they stand in an address; a page has many addresses with the same ones."""
    return _query(_filter_pairs(filters))


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join([f"{quoted(name)}={quoted(value)}" for name, value in pairs])


@lru_cache(maxsize=20_000)
def quoted(text: str) -> str:
    """A name or value for an address; a page holds the same ones many times."""
    return quote_plus(text, safe="@:,")


def in_order(choices: Mapping[FacetKey, Choice]) -> Filters:
    """Filters in a fixed order without repeats, so that toggling twice gives the same request."""
    return tuple((key, _in_order(choice)) for key, choice in sorted(choices.items(), key=itemgetter(0)) if choice)


def _in_order(choice: Choice) -> Choice:
    """A choice in a fixed order without repeats."""
    if choice.size == 1:
        return choice
    return Choice(
        tuple(sorted(set(choice.any_of))),
        tuple(sorted(set(choice.all_of))),
        tuple(sorted(set(choice.ranges))),
        tuple(sorted(set(choice.states))),
    )


def bounds(question: Question, wanted: Range) -> tuple[float, float]:
    """A range as numbers on the line of its kind; an open end is infinite. Raises NotAnAnswer."""
    kind = kind_of(question)
    low = kind.bound(question, wanted.low, False) if wanted.low else float("-inf")
    high = kind.bound(question, wanted.high, True) if wanted.high else float("inf")
    return low, high


def range_words(question: Question, wanted: Range) -> str:
    """A range in words, with its unit, as typed."""
    low, high = wanted.low, wanted.high
    unit = f" {question.unit.in_(language())}" if question.unit else ""
    if low == high:
        return f"{low}{unit}"
    if not high:
        return _("vanaf %(low)s", low=low) + unit
    if not low:
        return _("tot en met %(high)s", high=high) + unit
    return _("%(low)s tot en met %(high)s", low=low, high=high) + unit
