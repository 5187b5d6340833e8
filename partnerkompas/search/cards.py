"""Partners in the list: each a small data sheet with the facts that matter to this request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from markupsafe import escape

from partnerkompas.answers import showing
from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.answers.showing import FactView
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import printed
from partnerkompas.infra.language import language
from partnerkompas.partners.selection import MOST, Chosen, toggled
from partnerkompas.search.request import BY_NAME, NEUTRAL, NOTHING, Choice, FacetKey, SearchRequest, bounds, sorted_by
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.snapshot import Firm
from partnerkompas.search.stencils import Stencil, stencil_of
from partnerkompas.search.words import Found

FACTS_ON_CARD = 5

Place = tuple[str, str]
"""Criterion and product."""


class Wanted(NamedTuple):
    """What a sheet is to tell of a partner: a facet, what was chosen of it, and whether the list is sorted by it."""

    key: FacetKey
    choice: Choice = NOTHING
    sort: str = ""


class Card(NamedTuple):
    """One partner in the list: texts that are ready to be printed. Of an empty one nothing is shown."""

    url: str
    name: str
    offices: str
    products: str
    found_by: str
    facts: str
    answered: str
    compare_url: str
    fictional: bool
    compared: bool
    room: bool
    """Whether one more can be compared."""


@dataclass(frozen=True, slots=True)
class CardPrinter:
    """How the cards of one page are written: parts of them by their templates, and what differs from page to page."""

    card: Callable[[Card], str]
    """A card; of cards that only differ in their texts it is asked once."""
    fact_name: Callable[[FactView], str]
    """What a fact answers; of facts that look the same each of these three is asked once."""
    fact_value: Callable[[FactView], str]
    fact_origin: Callable[[FactView], str]
    answered: Callable[[Firm], str]
    """How much is known of a partner and how old that is; also asked once of who are alike."""
    found_by: Callable[[Sequence[Found]], str]
    """By which texts a partner was found; asked once of the same."""
    reasons: Callable[[Sheet], Sequence[Found]]
    profile: Callable[[str], str]
    picking: Callable[[Chosen], str]


def printed_cards(
    edition: Edition,
    request: SearchRequest,
    day: date,
    firms: Sequence[Firm],
    sheets: Mapping[int, Sheet],
    printer: CardPrinter,
) -> tuple[str, ...]:
    """The partners of one page, in order; one that may no longer be seen is left out."""
    wanted, room, spoken = tuple(facts_wanted(edition, request)), len(request.chosen) < MOST, language()
    made = []
    for firm in firms:
        if sheet := sheets.get(firm.id):
            told = partial(_told, edition, wanted, day, sheet, printer)
            offices, products, facts = sheet.once((spoken, wanted), told)
            card = Card(
                url=_escaped(printer.profile(firm.slug)),
                name=_escaped(firm.name),
                offices=offices,
                products=products,
                found_by=_printed_reasons(printer.reasons(sheet), printer),
                facts=facts,
                answered=_printed_answered(firm, printer),
                compare_url=_escaped(printer.picking(toggled(request.chosen, firm.slug))),
                fictional=firm.fictional,
                compared=firm.slug in request.chosen,
                room=room,
            )
            made.append(_printed(card, printer))
    return tuple(made)


def _told(
    edition: Edition, wanted: Sequence[Wanted], day: date, sheet: Sheet, printer: CardPrinter
) -> tuple[str, str, str]:
    """Where a partner is, its products, and its facts, ready to be printed."""
    facts = (sheet.facts[place] for place in on_card(edition, wanted, sheet.facts))
    return (
        _escaped(", ".join(sheet.places)),
        _escaped(", ".join(_product_names(edition, sheet.facts))),
        "".join([_printed_fact(edition, fact, day, printer) for fact in facts]),
    )


def _escaped(text: str) -> str:
    return str(escape(text))


def _printed(card: Card, printer: CardPrinter) -> str:
    """A card by its template; cards of one shape, with the same texts empty, share a stencil."""

    def made() -> Stencil:
        texts = [place for place, text in enumerate(card) if text and isinstance(text, str)]
        return stencil_of(card, texts, printer.card)

    return printed.once("card", tuple(map(bool, card)), make=made).filled(card)


def _printed_reasons(reasons: Sequence[Found], printer: CardPrinter) -> str:
    return printed.once("found by", *reasons, make=lambda: printer.found_by(reasons)) if reasons else ""


def _printed_answered(firm: Firm, printer: CardPrinter) -> str:
    return printed.once("answered", firm.known, firm.asked, firm.age_months, make=lambda: printer.answered(firm))


def _printed_fact(edition: Edition, fact: Fact, day: date, printer: CardPrinter) -> str:
    """A fact by its templates, or as it was printed before for whoever says the same; each of its pieces likewise."""
    disputed = (fact.dispute, fact.decided_by, fact.answer_id) if fact.dispute else None  # it may have a link
    said = (fact.criterion, fact.state, repr(fact.value), fact.valid_until, fact.follows_from, disputed)
    origin = (fact.level, fact.source, bool(fact.evidence), fact.stated_on, fact.checked_on)

    def made() -> str:
        view = showing.show(edition, fact, lambda _key: "", day=day)
        pieces = (
            printed.once("asked", fact.criterion, fact.product, of=edition, make=lambda: printer.fact_name(view)),
            printed.once("said", day, said, of=edition, make=lambda: printer.fact_value(view)),
            printed.once("origin", origin, make=lambda: printer.fact_origin(view)),
        )
        return "".join(pieces)

    return printed.once("fact", day, fact.product, said, origin, of=edition, make=made)


def _product_names(edition: Edition, facts: Facts) -> tuple[str, ...]:
    """The products of a partner in the language of this moment."""
    question = edition.product_question
    fact = facts.get((question.key, "")) if question else None
    if question is None or fact is None or not fact.counts:
        return ()
    return tuple(showing.product_label(edition, code) for code in kind_of(question).codes(question, fact.value))


def criteria_on_cards(edition: Edition, request: SearchRequest) -> frozenset[str]:
    """The criteria of which the cards of a page show anything."""
    named = edition.product_question
    shown = (wanted.key.criterion for wanted in facts_wanted(edition, request))
    return frozenset([*shown, named.key] if named else shown)


def facts_wanted(edition: Edition, request: SearchRequest) -> list[Wanted]:
    """What a card shows: by what the list is sorted, what was filtered on, then the most asked questions.

    Products stand elsewhere.
    """
    asked = sorted((each for each in edition.questions if each.on_card is not None), key=lambda q: q.on_card or 0)
    keys = [FacetKey(each.key, request.product if each.per_product else "") for each in asked]
    own = [] if request.sort in (NEUTRAL, BY_NAME) else [Wanted(sorted_by(request.sort), sort=request.sort)]
    own += [Wanted(key, choice) for key, choice in request.filters]
    shown, named = {wanted.key.criterion for wanted in own}, edition.product_question
    every = [*own, *(Wanted(key) for key in keys if key.criterion not in shown)]
    return [wanted for wanted in every if not named or wanted.key.criterion != named.key]


def on_card(edition: Edition, wanted: Sequence[Wanted], facts: Facts) -> tuple[Place, ...]:
    """The places of the facts to show of one partner; of several products, the one by which it came here."""
    places: dict[Place, None] = {}
    for key, choice, sort in wanted:
        if len(places) == FACTS_ON_CARD:
            break
        question = edition.by_key[key.criterion]
        if not question.per_product or key.product:
            places |= {place: None for place in [(key.criterion, key.product)] if place in facts}
            continue
        known = [place for place in facts if place[0] == key.criterion]
        if sort:
            known = _first_by(question, sort, known, facts) or known
        known.sort(key=lambda place: (not _meets(edition, facts[place], choice), not facts[place].is_known))
        places |= dict.fromkeys(known[:1])
    return tuple(places)


def _first_by(question: Question, sort: str, known: Sequence[Place], facts: Facts) -> list[Place]:
    """The place by which a partner stands where it does in a sorted list; none when no answer counts."""
    counting = [place for place in known if facts[place].counts]
    ranked = sorted(counting, key=lambda place: kind_of(question).sort_key(question, facts[place].value, "nl"))
    return ranked[-1:] if sort.startswith("-") else ranked[:1]


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
