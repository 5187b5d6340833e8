"""Nothing found: what to leave out, and how many partners that would give (row C6, UX-06)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from babel.lists import format_list

from partnerkompas.infra.language import LOCALES, _, language
from partnerkompas.search.asking import Asked, found_by_words, unknown_words
from partnerkompas.search.choosing import UrlOf, facet_label
from partnerkompas.search.facets import having
from partnerkompas.search.request import FacetKey, SearchRequest
from partnerkompas.search.snapshot import Bits
from partnerkompas.search.words import Term, parse

MOST_FILTERS, MOST_WORDS = 12, 8
"""Of more, the first are tried: so many make at most 190 pairs."""

MOST_PAIRS = 5

Left = FacetKey | Term
"""A filter, or a word of the query."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another request, in words, and how many partners it finds."""

    label: str
    url: str
    total: int


@dataclass(frozen=True)
class _Trying:
    """A request that found nothing, with what its parts find. Each is worked out once."""

    asked: Asked
    filters: Mapping[FacetKey, Bits]
    words: dict[str, Bits] = field(default_factory=dict)

    def without(self, left_out: Collection[Left]) -> tuple[SearchRequest, int]:
        """The request without some of its parts, and how many partners it finds.

        What is left of the words is read again: its last word may now be a beginning, and neighbours a name.
        """
        request, ready, left_out = self.asked.request, self.asked.ready, frozenset(left_out)
        kept = self.asked.query.rewritten({each: "" for each in left_out if not isinstance(each, FacetKey)})
        query = parse(kept, ready.lexicon)
        if not query.must and not query.never:
            query = parse("", ready.lexicon)
        q = query.q
        if q not in self.words:
            self.words[q] = found_by_words(ready, query)
        found = self.words[q]
        for key, bits in self.filters.items():
            found &= bits if key not in left_out else ready.snapshot.everyone
        filters = tuple((key, choice) for key, choice in request.filters if key not in left_out)
        return replace(request, q=q, filters=filters, page=1), found.bit_count()


def suggestions(asked: Asked, url: UrlOf) -> tuple[Suggestion, ...]:
    """What leaving out a filter, a word or all words would give, most first.

    When none of these helps: all words that nobody has, then those with one part more, or pairs; and when more must go,
    the parts that go together with those before them.
    """
    filters = {key: having(asked.snapshot, key, choice) for key, choice in asked.request.filters}
    trying, terms = _Trying(asked, filters), [*dict.fromkeys((*asked.query.must, *asked.query.never))]
    no_word = asked.query.says_nothing
    parts: list[Left] = [] if no_word else [*[*filters][:MOST_FILTERS], *terms[:MOST_WORDS]]
    wanted: list[tuple[str, Collection[Left]]] = [
        (_("zonder “%(label)s”", label=_name(asked, each)), (each,))
        for each in parts
        if isinstance(each, FacetKey) or len(terms) > 1
    ]
    if (terms or no_word) and filters:  # without filters that is the list of all, which has its own link
        without = _("zonder de woorden “%(words)s”") if len(terms) > 1 else _("zonder “%(words)s”")
        wanted.append((without % {"words": asked.request.q}, [*terms, *asked.query.passed_over]))
    if found := _found(trying, wanted, url):
        return found
    unknown = unknown_words(asked)
    if 1 < len(unknown) < len(terms):
        left_out = [(*unknown, *more) for more in ((), *((each,) for each in parts if each not in unknown))]
        wanted = [(_without(asked, some), some) for some in left_out]
        if found := _found(trying, wanted[:1], url) or _found(trying, wanted[1:], url):
            return found[:MOST_PAIRS]
    pairs: list[tuple[str, Collection[Left]]] = [
        (_without(asked, pair), pair)
        for pair in combinations(parts, 2)
        if {*filters, *terms} - {*pair}  # else that is the list of all
    ]
    if found := _found(trying, pairs, url):
        return found[:MOST_PAIRS]
    besides = [asked.request.q] if no_word else []
    every: list[Left] = [*terms, *filters]
    ways = [_what_excludes(trying, each) for each in (every, [*terms, *reversed(filters)])]
    excluding = dict.fromkeys(tuple(part for part in every if part in way) for way in ways)
    return _found(trying, [(_without(asked, some, besides), some) for some in excluding if some], url)


def _what_excludes(trying: _Trying, parts: Sequence[Left]) -> list[Left]:
    """The parts that leave nobody together with those before them that stay; none when that is all of them.

    Nothing of what is left out can be put back; where it begins decides which of several ways out it is.
    """
    left_out = list(parts)
    for part in parts:
        without = [each for each in left_out if each != part]
        if trying.without(without)[1]:
            left_out = without
    return [] if len(left_out) == len(parts) else left_out


def _found(trying: _Trying, wanted: list[tuple[str, Collection[Left]]], url: UrlOf) -> tuple[Suggestion, ...]:
    tried = ((label, *trying.without(left_out)) for label, left_out in wanted)
    found = [Suggestion(label, url(request), total) for label, request, total in tried if total]
    return tuple(sorted(found, key=lambda each: -each.total))


def _without(asked: Asked, parts: Iterable[Left], besides: Iterable[str] = ()) -> str:
    names = dict.fromkeys([*besides, *(_name(asked, part) for part in parts)])
    return _("zonder %(parts)s", parts=format_list([f"“{name}”" for name in names], locale=LOCALES[language()]))


def _name(asked: Asked, part: Left) -> str:
    """A filter by its question, a word as it was typed."""
    return facet_label(asked.snapshot.edition, part) if isinstance(part, FacetKey) else asked.query.written(part)
