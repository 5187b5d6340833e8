"""The map of provinces: how many partners are in each, and the address that chooses it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup, escape

from partnerkompas.criteria.kinds import kind_of
from partnerkompas.infra import printed
from partnerkompas.infra.language import language
from partnerkompas.infra.web import show_number
from partnerkompas.search.choosing import UrlOf, addresses
from partnerkompas.search.facets import Matches
from partnerkompas.search.request import Choice, FacetKey, SearchRequest
from partnerkompas.search.stencils import Stencil, stencil_of

LIST = "provincies"
"""The code list that is drawn."""

SHADES = 4


class Province(NamedTuple):
    """One province, with texts that are ready to be printed."""

    url: str
    number: str
    part: str
    """How far its bar reaches, from 0 to 100: the most partners in one province are 100."""
    code: str
    label: str
    shade: int
    """From 0 (nobody) to SHADES."""
    chosen: bool


TEXTS = 0, 1, 2
"""What differs between two pages on which a province looks the same: address, number and bar."""


def map_of_provinces(request: SearchRequest, matches: Matches, url: UrlOf, *, live: bool = False) -> Markup:
    """The map and the list beside it; empty when no question asks for provinces. `live`: scripts may follow links."""
    found = provinces(request, matches, url)
    stencils = [_stencils(each, live) for each in found]
    macros: Any = current_app.jinja_env.get_template("components/map.html").module
    drawn = "".join([stencil.filled(each) for each, (stencil, _item) in zip(found, stencils, strict=True)])
    listed = "".join([stencil.filled(each) for each, (_shape, stencil) in zip(found, stencils, strict=True)])
    # texts were escaped, the rest is made by templates
    return Markup(macros.block(Markup(drawn), Markup(listed))) if found else Markup()  # noqa: S704


def provinces(request: SearchRequest, matches: Matches, url: UrlOf) -> list[Province]:
    """The values of the facet of the first question that asks for provinces."""
    asked = (each for each in matches.snapshot.edition.questions if "facet" in each.uses and each.options)
    question = next((each for each in asked if each.options and each.options.key == LIST), None)
    if question is None:
        return []
    key = FacetKey(question.key)
    counts, choice = matches.value_counts(key), request.choice(key)
    buckets, address = kind_of(question).choices(question, language()), _addresses(request, key, url)
    most = max([1, *(counts.get(bucket.code, 0) for bucket in buckets)])
    return [
        Province(
            url=str(escape(address(bucket.code))),
            number=show_number(count),
            part=str(round(100 * count / most, 1)),
            code=bucket.code,
            label=bucket.label,
            shade=1 + SHADES * count // (most + 1) if count else 0,
            chosen=bucket.code in (*choice.any_of, *choice.all_of),
        )
        for bucket in buckets
        for count in (counts.get(bucket.code, 0),)
    ]


def _addresses(request: SearchRequest, key: FacetKey, url: UrlOf) -> Callable[[str], str]:
    """The address with one code chosen too, or no longer, for any code: made once where nothing is chosen yet."""
    choice = request.choice(key)
    if not choice:
        return addresses(lambda code: request.choosing(key, Choice(any_of=(code,))), url)
    return lambda code: url(
        request.toggling(key, "all_of" if choice.all_of and code not in choice.any_of else "any_of", code)
    )


def _stencils(province: Province, live: bool) -> tuple[Stencil, Stencil]:
    """How a province looks on the map, and in the list, whatever its texts are."""

    def made() -> tuple[Stencil, Stencil]:
        macros: Any = current_app.jinja_env.get_template("components/map.html").module
        shape, item = (lambda each: str(macros.shape(each, live))), (lambda each: str(macros.item(each, live)))
        return stencil_of(province, TEXTS, shape), stencil_of(province, TEXTS, item)

    return printed.once("province", province[len(TEXTS) :], live, make=made)
