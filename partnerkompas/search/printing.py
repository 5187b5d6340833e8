"""Facets as text, for page and API: unless something of it is chosen, a facet is a plate that only lacks its counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import language
from partnerkompas.search.choosing import Facet, UrlOf, Value, facet_keys, facet_of
from partnerkompas.search.facets import Matches
from partnerkompas.search.plates import MARK, Hole, Kept, Plate, filled, hole, plate_of
from partnerkompas.search.request import FacetKey, SearchRequest


@dataclass(frozen=True, slots=True)
class Printer:
    """One way to write facets."""

    form: str
    """Its name: plates of one form are no use to another."""
    facet: Callable[[Facet], str]
    """A whole facet; of a value with a hole it prints the hole."""
    value: Callable[[Facet, Value, bool], str]
    """One value, or one state (True), of a facet."""
    number: Callable[[int], str]
    complete: bool
    """Whether every value and state is written, also those a reader of the page does not need."""


def printed_facets(
    kept: Kept, printer: Printer, request: SearchRequest, matches: Matches, url: UrlOf
) -> Iterator[tuple[Question, FacetKey, str]]:
    """Every facet of a request with its counts, as text."""
    snapshot = matches.snapshot
    plates, counts, chosen = kept.of(snapshot, printer.form, language()), [*matches.counts, 0], dict(request.filters)
    for question, key in facet_keys(snapshot.edition, request):
        if key in chosen:
            facet = facet_of(snapshot, request, matches, question, key, url, printer.complete)
            yield question, key, printer.facet(facet)
        else:
            plate = plates.get(key)
            if plate is None:
                plate = plates[key] = _plate(printer, matches, question, key)
            yield question, key, filled(plate, counts, printer.number)


def _plate(printer: Printer, matches: Matches, question: Question, key: FacetKey) -> Plate:
    """Print a facet of which nothing is chosen, with holes for its counts."""
    snapshot, nothing = matches.snapshot, SearchRequest(product=key.product)
    facet = facet_of(snapshot, nothing, replace(matches, without={}), question, key, lambda _r: "", printer.complete)
    rows = snapshot.rows(key)
    by_state = {state.value: row for state, row in rows.states.items()}

    def hole_for(value: Value, is_state: bool) -> Hole:
        row = (by_state if is_state else rows.values).get(value.code)
        return hole(row, lambda n: printer.value(facet, replace(value, count=n), is_state), printer.number)

    holes = [*(hole_for(each, False) for each in facet.values), *(hole_for(each, True) for each in facet.states)]
    bare = replace(
        facet,
        values=tuple(replace(each, hole=MARK) for each in facet.values),
        states=tuple(replace(each, hole=MARK) for each in facet.states),
    )
    return plate_of(printer.facet(bare), holes)
