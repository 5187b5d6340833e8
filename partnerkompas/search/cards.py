"""Partners in the list: each a small data sheet with the facts that matter to this request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from partnerkompas.answers import showing
from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import language
from partnerkompas.partners.selection import toggled
from partnerkompas.search.request import Choice, FacetKey, SearchRequest, bounds
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.snapshot import Firm
from partnerkompas.search.why import Reason

FACTS_ON_CARD = 5

Place = tuple[str, str]
"""Criterion and product."""


@dataclass(frozen=True, slots=True)
class Card:
    """One partner in the list."""

    slug: str
    name: str
    url: str
    fictional: bool
    offices: str
    products: tuple[str, ...]
    facts: tuple[Markup, ...]
    known: int
    asked: int
    age_months: int | None
    compare_url: str
    compared: bool
    found_by: tuple[Reason, ...]


def cards(
    edition: Edition,
    request: SearchRequest,
    firms: Sequence[Firm],
    sheets: Mapping[int, Sheet],
    printed: Callable[[Sheet, Place], Markup],
    why: Callable[[Sheet], tuple[Reason, ...]],
    compare: Callable[[tuple[str, ...]], str],
    profile: Callable[[str], str],
) -> tuple[Card, ...]:
    """The partners of one page, in order; one that may no longer be seen is left out."""
    wanted = facts_wanted(edition, request)
    return tuple(
        Card(
            slug=firm.slug,
            name=sheet.name,
            url=profile(firm.slug),
            fictional=sheet.fictional,
            offices=", ".join(sheet.places),
            products=_product_names(edition, sheet),
            facts=tuple(printed(sheet, place) for place in on_card(edition, wanted, sheet.facts)),
            known=firm.known,
            asked=firm.asked,
            age_months=firm.age_months,
            compare_url=compare(toggled(request.chosen, firm.slug)),
            compared=firm.slug in request.chosen,
            found_by=why(sheet),
        )
        for firm in firms
        if (sheet := sheets.get(firm.id))
    )


def _product_names(edition: Edition, sheet: Sheet) -> tuple[str, ...]:
    """The products of a partner in the language of this moment."""

    def named() -> tuple[str, ...]:
        question = edition.product_question
        fact = sheet.facts.get((question.key, "")) if question else None
        if question is None or fact is None or not fact.counts:
            return ()
        return tuple(showing.product_label(edition, code) for code in kind_of(question).codes(question, fact.value))

    return sheet.once(("products", language()), named)


def facts_wanted(edition: Edition, request: SearchRequest) -> list[tuple[FacetKey, Choice]]:
    """What a card shows: first what the user filtered on, then the most asked questions; products stand elsewhere."""
    asked = sorted((each for each in edition.questions if each.on_card is not None), key=lambda q: q.on_card or 0)
    keys = [FacetKey(each.key, request.product if each.per_product else "") for each in asked]
    filtered = {key.criterion for key, _choice in request.filters}
    others = ((key, Choice()) for key in keys if key.criterion not in filtered)
    named = edition.product_question
    return [(key, choice) for key, choice in (*request.filters, *others) if not named or key.criterion != named.key]


def on_card(edition: Edition, wanted: list[tuple[FacetKey, Choice]], facts: Facts) -> tuple[Place, ...]:
    """The places of the facts to show of one partner; of several products, the one by which it came through."""
    places: list[Place] = []
    for key, choice in wanted:
        if len(places) == FACTS_ON_CARD:
            break
        question = edition.by_key[key.criterion]
        if not question.per_product or key.product:
            places += [(key.criterion, key.product)] if (key.criterion, key.product) in facts else []
            continue
        known = [place for place in facts if place[0] == key.criterion]
        places += sorted(
            known, key=lambda place: (not _meets(edition, facts[place], choice), not facts[place].is_known)
        )[:1]
    return tuple(places)


def _meets(edition: Edition, fact: Fact, choice: Choice) -> bool:
    """Whether this is a fact by which a partner came through a filter; of several products, that one is shown."""
    if fact.state in choice.states:
        return True
    question = edition.by_key[fact.criterion]
    if not fact.counts:
        return False
    number = kind_of(question).number(question, fact.value)
    spans = [bounds(question, wanted) for wanted in choice.ranges] if number is not None else []
    return bool({*choice.any_of, *choice.all_of} & {*kind_of(question).buckets(question, fact.value)}) or any(
        low <= (number or 0.0) <= high for low, high in spans
    )
