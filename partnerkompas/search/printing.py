"""Facets as text, for page and API: a facet is a plate that only lacks its counts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import escape

from partnerkompas.criteria.questions import Question, Theme
from partnerkompas.infra.language import language
from partnerkompas.search.choosing import Facet, Refused, UrlOf, Value, facet_keys, facet_of, mode_url, with_refused
from partnerkompas.search.facets import Matches
from partnerkompas.search.plates import ADDRESS, MARK, Hole, Kept, Plate, PlateSet, filled, hole, joined, plate_of
from partnerkompas.search.request import NOTHING, Choice, FacetKey, SearchRequest, in_order


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
    between: str
    """What stands between two facets."""
    complete: bool
    """Whether every value and state is written, also those a reader of the page does not need."""


def printed_facets(
    kept: Kept,
    printer: Printer,
    request: SearchRequest,
    matches: Matches,
    url: UrlOf,
    refused: Mapping[FacetKey, Refused],
) -> Iterator[tuple[Theme, str]]:
    """The facets of every theme that has some, with their counts, as text; `refused` stays in the fields of ranges.

    Themes of which nothing is chosen are one plate each: that is most of a page.
    """
    plates, edition = kept.of(matches.snapshot, printer.form, language()), matches.snapshot.edition
    chosen = dict(request.filters)
    touched = {edition.by_key[key.criterion].theme for key in (*chosen, *refused)}

    def plate(question: Question, key: FacetKey) -> Plate:
        choice = chosen.get(key, NOTHING)
        make = partial(_plate, plates, printer, matches, question, key, choice, refused.get(key, Refused()))
        return make() if key in refused else plates.plate(key, choice, make)  # what was typed wrong is of one reader

    def one_by_one(facets: Iterable[tuple[Question, FacetKey]]) -> Iterator[str]:
        for question, key in facets:
            text = filled(plate(question, key), matches.counts_of(key), printer.number)
            choice = chosen.get(key)
            yield text.replace(ADDRESS, escape(mode_url(request, key, choice, url))) if choice else text

    def together(facets: Iterable[tuple[Question, FacetKey]]) -> Plate:
        return joined([plate(*each) for each in facets], printer.between)

    for theme in edition.themes:
        facets = facet_keys(edition, request, theme.key)
        if theme.key in touched or request.product:
            text = printer.between.join(one_by_one(facets))
        else:
            whole = plates.theme(theme.key, partial(together, facets))
            text = filled(whole, matches.counts, printer.number)
        if text:
            yield theme, text


def _plate(
    plates: PlateSet,
    printer: Printer,
    matches: Matches,
    question: Question,
    key: FacetKey,
    choice: Choice,
    refused: Refused,
) -> Plate:
    """Print a facet with holes for its counts, and a mark where its address goes."""
    snapshot, asked = matches.snapshot, SearchRequest(product=key.product, filters=in_order({key: choice}))
    facet = facet_of(snapshot, asked, matches, question, key, lambda _request: ADDRESS, printer.complete, MARK)
    facet = with_refused(facet, refused) if refused.why else facet
    rows = snapshot.rows(key)
    by_state = {state.value: row for state, row in rows.states.items()}

    def hole_for(value: Value, is_state: bool) -> Hole:
        known = (key, facet.field, is_state, value.code, value.selected)
        if known not in plates.holes:
            row = (by_state if is_state else rows.values).get(value.code)
            shown = replace(value, hole="")
            printed = hole(row, lambda n: printer.value(facet, replace(shown, count=n), is_state), printer.number)
            plates.holes[known] = printed
        return plates.holes[known]

    holes = [*(hole_for(each, False) for each in facet.values), *(hole_for(each, True) for each in facet.states)]
    return plate_of(printer.facet(facet), holes)
