"""Partners in the list: each a small data sheet with the facts that matter to this request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from partnerkompas.answers import showing
from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.answers.showing import FactView
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.partners.models import Partner
from partnerkompas.partners.selection import toggled
from partnerkompas.search.choosing import UrlOf
from partnerkompas.search.document import findings, found_by
from partnerkompas.search.request import Choice, FacetKey, SearchRequest, bounds
from partnerkompas.search.snapshot import Column, Snapshot
from partnerkompas.search.words import Word

FACTS_ON_CARD = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One partner in the list."""

    slug: str
    name: str
    url: str
    fictional: bool
    offices: str
    products: tuple[str, ...]
    facts: tuple[FactView, ...]
    known: int
    asked: int
    age_months: int | None
    compare_url: str
    compared: bool
    found_by: tuple[str, ...]


def cards(
    snapshot: Snapshot,
    request: SearchRequest,
    columns: list[Column],
    partners: Mapping[int, Partner],
    facts: Mapping[int, Facts],
    words: tuple[Word, ...],
    here: UrlOf,
    profile: Callable[[str], str],
    criterion: Callable[[str], str],
) -> tuple[Card, ...]:
    """The partners of one page, in order; one that may no longer be seen is left out."""
    edition = snapshot.edition
    made = []
    for column in columns:
        partner = partners.get(column.id)
        if partner is None:
            continue
        own = facts.get(column.id, {})
        made.append(
            Card(
                slug=partner.slug,
                name=partner.name,
                url=profile(partner.slug),
                fictional=partner.fictional,
                offices=", ".join(dict.fromkeys(office.city for office in partner.offices)),
                products=_product_names(edition, own),
                facts=tuple(
                    showing.show(edition, own[place], criterion, day=snapshot.day)
                    for place in _on_card(edition, request, own)
                ),
                known=column.summary.known,
                asked=column.summary.asked,
                age_months=column.summary.age_months,
                compare_url=here(replace(request, chosen=toggled(request.chosen, partner.slug))),
                compared=partner.slug in request.chosen,
                found_by=tuple(found_by(words, findings(partner, own, edition), edition)),
            )
        )
    return tuple(made)


def _product_names(edition: Edition, facts: Facts) -> tuple[str, ...]:
    question = edition.product_question
    fact = facts.get((question.key, "")) if question else None
    if question is None or fact is None or not fact.counts:
        return ()
    return tuple(showing.product_label(edition, code) for code in kind_of(question).codes(question, fact.value))


def _on_card(edition: Edition, request: SearchRequest, facts: Facts) -> list[tuple[str, str]]:
    """The places to show: first what the user filtered on, then the most asked questions; products stand elsewhere."""
    asked = sorted((each for each in edition.questions if each.on_card is not None), key=lambda q: q.on_card or 0)
    keys = [FacetKey(each.key, request.product if each.per_product else "") for each in asked]
    filtered = {key.criterion for key, _choice in request.filters}
    others = ((key, Choice()) for key in keys if key.criterion not in filtered)
    named = edition.product_question
    wanted = [(key, choice) for key, choice in (*request.filters, *others) if not named or key.criterion != named.key]
    places = []
    for key, choice in wanted:
        known = [place for place in facts if place[0] == key.criterion and key.product in ("", place[1])]
        places += sorted(
            known, key=lambda place: (not _meets(edition, facts[place], choice), not facts[place].is_known)
        )[:1]
    return places[:FACTS_ON_CARD]


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
