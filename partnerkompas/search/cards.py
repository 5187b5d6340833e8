"""Partners in the list: each a small data sheet with the facts that matter to this request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup, escape

from partnerkompas.answers import showing
from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.answers.showing import FactView
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import language
from partnerkompas.partners.selection import MOST, Chosen, toggled
from partnerkompas.search.plates import MARK
from partnerkompas.search.request import Choice, FacetKey, SearchRequest, bounds
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.snapshot import Firm

FACTS_ON_CARD = 5

Place = tuple[str, str]
"""Criterion and product."""

Wanted = tuple[FacetKey, Choice]
"""A facet, and what was chosen of it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One partner in the list."""

    slug: str
    name: str
    url: str
    fictional: bool
    offices: str
    products: tuple[str, ...]
    facts: tuple[str, ...]
    """Printed."""
    known: int
    asked: int
    age_months: int | None
    compare_url: str
    compared: bool
    found_by: str


@dataclass(frozen=True, slots=True)
class CardPrinter:
    """How the cards of one page are written: a card by its template, and what differs from one page to the next."""

    card: Callable[[Card, bool], str]
    """A card, and whether there is room for one more in the comparison."""
    fact: Callable[[FactView], str]
    """One fact; of facts that look the same it is asked once."""
    found_by: Callable[[Sheet], str]
    profile: Callable[[str], str]
    picking: Callable[[Chosen], str]


def printed_cards(
    edition: Edition,
    request: SearchRequest,
    day: date,
    firms: Sequence[Firm],
    sheets: Mapping[int, Sheet],
    printer: CardPrinter,
) -> list[Markup]:
    """The partners of one page, in order; one that may no longer be seen is left out.

    A card is printed once for each choice of facts, with marks where addresses and the words asked for go.
    """
    wanted, room = tuple(facts_wanted(edition, request)), len(request.chosen) < MOST
    made = []
    for firm in firms:
        if sheet := sheets.get(firm.id):
            compared = firm.slug in request.chosen
            places = sheet.once(("places", wanted), partial(on_card, edition, wanted, sheet.facts))
            print_it = partial(_pieces, edition, day, firm, sheet, places, compared, room, printer)
            first, *rest = sheet.once(("card", language(), places, compared, room), print_it)
            fillings = [str(escape(printer.profile(firm.slug))), printer.found_by(sheet)]
            if compared or room:
                fillings.append(str(escape(printer.picking(toggled(request.chosen, firm.slug)))))
            filled = (filling + piece for filling, piece in zip(fillings, rest, strict=True))
            made.append(Markup("".join([first, *filled])))  # noqa: S704 - pieces of our own template
    return made


def _pieces(
    edition: Edition,
    day: date,
    firm: Firm,
    sheet: Sheet,
    places: Sequence[Place],
    compared: bool,
    room: bool,
    printer: CardPrinter,
) -> list[str]:
    """A card by its template, cut where something comes that differs from one page to the next."""
    card = Card(
        slug=firm.slug,
        name=sheet.name,
        url=MARK,
        fictional=sheet.fictional,
        offices=", ".join(sheet.places),
        products=_product_names(edition, sheet.facts),
        facts=tuple(_printed_fact(edition, sheet.facts[place], day, printer) for place in places),
        known=firm.known,
        asked=firm.asked,
        age_months=firm.age_months,
        compare_url=MARK,
        compared=compared,
        found_by=MARK,
    )
    return printer.card(card, room).split(MARK)


MOST_FACTS = 20_000
_printed_facts: dict[tuple[object, ...], str] = {}
"""Facts as they were printed: many partners say the same, and most facts are on more than one card."""


def _printed_fact(edition: Edition, fact: Fact, day: date, printer: CardPrinter) -> str:
    """A fact by its template, or as it was printed before for whoever says the same."""
    said = (fact.criterion, fact.product, fact.state, repr(fact.value), fact.follows_from, fact.dispute)
    origin = (fact.level, fact.source, bool(fact.evidence), fact.stated_on, fact.checked_on, fact.valid_until)
    key = (language(), id(edition), day, said, origin)
    printed = _printed_facts.get(key)
    if printed is None:
        if len(_printed_facts) > MOST_FACTS:
            _printed_facts.clear()
        printed = _printed_facts[key] = printer.fact(showing.show(edition, fact, lambda _key: "", day=day))
    return printed


def _product_names(edition: Edition, facts: Facts) -> tuple[str, ...]:
    """The products of a partner in the language of this moment."""
    question = edition.product_question
    fact = facts.get((question.key, "")) if question else None
    if question is None or fact is None or not fact.counts:
        return ()
    return tuple(showing.product_label(edition, code) for code in kind_of(question).codes(question, fact.value))


def facts_wanted(edition: Edition, request: SearchRequest) -> list[Wanted]:
    """What a card shows: first what the user filtered on, then the most asked questions; products stand elsewhere."""
    asked = sorted((each for each in edition.questions if each.on_card is not None), key=lambda q: q.on_card or 0)
    keys = [FacetKey(each.key, request.product if each.per_product else "") for each in asked]
    filtered = {key.criterion for key, _choice in request.filters}
    others = ((key, Choice()) for key in keys if key.criterion not in filtered)
    named = edition.product_question
    return [(key, choice) for key, choice in (*request.filters, *others) if not named or key.criterion != named.key]


def on_card(edition: Edition, wanted: Sequence[Wanted], facts: Facts) -> tuple[Place, ...]:
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
