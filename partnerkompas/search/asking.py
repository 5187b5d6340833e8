"""Asking: from the parameters of an address to who matches. Page and API share this, so they cannot differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.search import sync
from partnerkompas.search.facets import Matches, matches
from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import Problem, SearchRequest
from partnerkompas.search.snapshot import Column, Snapshot
from partnerkompas.search.words import Word, query_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer: one snapshot from start to end."""

    request: SearchRequest
    problems: tuple[Problem, ...]
    snapshot: Snapshot
    words: tuple[Word, ...]
    matches: Matches

    @property
    def pages(self) -> int:
        return max(1, ceil(self.matches.total / self.request.per_page))

    @property
    def start(self) -> int:
        """How many partners come before this page."""
        return (self.request.page - 1) * self.request.per_page

    def columns(self) -> list[Column]:
        """The partners of this page, in order; none past the last page."""
        places = self.snapshot.sorted(self.matches.all, self.request.sort)
        return [self.snapshot.columns[place] for place in places[self.start :][: self.request.per_page]]


def ask(pairs: Iterable[tuple[str, str]], *, picks: bool) -> Asked:
    """Answer an address; `picks`: whether a selection to compare (`p=`) may be in it."""
    given, today = list(pairs), clock.today()
    request, problems = from_query(given, criteria.current_edition(), today, picks=picks)
    snapshot = sync.snapshot(request.as_of)
    if snapshot.edition is not criteria.current_edition():  # the past had other criteria, so read it again
        request, problems = from_query(given, snapshot.edition, today, picks=picks)
    words = query_words(request.q)
    found = sync.found_by_words(snapshot, words)
    return Asked(request, tuple(problems), snapshot, words, matches(snapshot, request.filters, found))
