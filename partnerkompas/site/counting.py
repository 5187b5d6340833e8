"""How partners answer a question, for the page of that question: counted by the code that counts for the list."""

from flask import url_for

from partnerkompas.answers.models import State
from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.showing import Distribution
from partnerkompas.criteria.views import counting
from partnerkompas.search import sync
from partnerkompas.search.choosing import SHORT_LIST, facet_of
from partnerkompas.search.facets import matches
from partnerkompas.search.request import FacetKey, SearchRequest


@counting.connect
def distribution(asked: KnownOn, *, key: str) -> Distribution:
    """How many partners stand under each value and in each state, with addresses of the list where it can filter."""
    ready, facet_key, wanted = sync.ready(asked.op).snapshot, FacetKey(key), SearchRequest(as_of=asked.op)
    question = ready.edition.by_key.get(key)
    if question is None:  # released this very moment: nobody was counted yet
        return Distribution()
    facet = facet_of(
        ready, wanted, matches(ready, (), ready.everyone), question, facet_key, lambda _request: "", complete=True
    )

    def found(name: str, value: object) -> str:
        filtered = wanted.toggling(facet_key, name, value)
        return filtered.address(url_for("search.partners")) if "facet" in question.uses else ""

    values = [each for each in facet.values if each.count or len(facet.values) <= SHORT_LIST]
    return Distribution(
        tuple((each.label, each.count, found("any_of", each.code)) for each in values),
        tuple((each.code, each.label, each.count, found("states", State(each.code))) for each in facet.states),
    )
