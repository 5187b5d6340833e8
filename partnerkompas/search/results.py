"""The page of results as data: the order, filters in use, partners named, links and title. views.py adds the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from markupsafe import Markup

from partnerkompas.answers import showing
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import printed
from partnerkompas.infra.language import _, language
from partnerkompas.partners.selection import Chosen
from partnerkompas.search import order
from partnerkompas.search.asking import Asked, found_by_name
from partnerkompas.search.choosing import Link, ThemeFacets, UrlOf, Wider, addresses, facet_label
from partnerkompas.search.criteria_found import CriterionFound
from partnerkompas.search.leaving_out import Suggestion
from partnerkompas.search.request import BY_NAME, NEUTRAL, FacetKey, SearchRequest, range_words, sorted_by
from partnerkompas.search.snapshot import Snapshot

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """How the list is ordered, in words, with the seed of the shuffle; and the other orders there are."""

    rule: str
    seed: str
    sorts: tuple[Link, ...]


def order_of(snapshot: Snapshot, request: SearchRequest, url: UrlOf) -> OrderView:
    """The rule of the order in force, and links to the others."""
    seed = order.seed(snapshot.day) if request.sort != BY_NAME else ""
    choices = [(NEUTRAL, _("Neutraal, elke dag geschud")), (BY_NAME, _("Naam, A tot Z"))]
    asked = sortable(snapshot.edition, request)
    if request.sort not in (NEUTRAL, BY_NAME) and (own := sorted_by(request.sort)) not in asked:
        asked.append(own)
    for key in asked:
        choices += [(sort, _sort_label(snapshot.edition, sort)) for sort in (f"-{key}", str(key))]
    neutral = url(replace(request, sort=NEUTRAL, page=1))
    address = addresses(lambda sort: replace(request, sort=sort, page=1), url)
    links = tuple(
        Link(label, neutral if sort == NEUTRAL else address(sort), sort == request.sort) for sort, label in choices
    )
    return OrderView(order_rule(snapshot.edition, request.sort), seed, links)


def _sort_label(edition: Edition, sort: str) -> str:
    """A criterion, and in which direction."""
    key = sorted_by(sort)
    direction = kind_of(edition.by_key[key.criterion]).order_words(sort.startswith("-"))
    return f"{facet_label(edition, key)}, {direction}"


def order_rule(edition: Edition, sort: str) -> str:
    """The order in a few sentences."""
    if sort == NEUTRAL:
        return _("De volgorde is elke dag opnieuw geschud, zegt niets over kwaliteit en is niet te koop.")
    if sort == BY_NAME:
        return _("De volgorde is die van het alfabet en is niet te koop.")
    key = sorted_by(sort)
    said = [_("Geordend op: %(sort)s.", sort=_sort_label(edition, sort))]
    if edition.by_key[key.criterion].per_product and not key.product:
        said.append(_("Van een partner met meer producten telt het antwoord dat vooraan komt; dat staat erbij."))
    rest = _(
        "Wie geen antwoord heeft, staat achteraan; wie hetzelfde antwoordde, in de geschudde volgorde van de dag. "
        "Een plaats is niet te koop."
    )
    return " ".join([*said, rest])


def sortable(edition: Edition, request: SearchRequest) -> list[FacetKey]:
    """What a reader is offered to sort by: the most asked questions, and those filtered on, for the product in view.

    Of questions that are asked per product also each product that was filtered on.
    """
    filtered = [key for key, _choice in request.filters]
    wanted = {key.criterion for key in filtered} | {sorted_by(request.sort).criterion}
    found: dict[FacetKey, None] = {}
    for question in edition.questions:
        if kind_of(question).ordered and (question.on_card is not None or question.key in wanted):
            own = FacetKey(question.key, request.product if question.per_product else "")
            found |= dict.fromkeys([own, *(key for key in filtered if key.criterion == question.key)])
    return list(found)


def chips_of(edition: Edition, request: SearchRequest, url: UrlOf) -> tuple[Chip, ...]:
    """Every filter in use, each with the address that takes it away (UX-01)."""
    chips = [Chip(_("Zoekwoorden"), request.q, url(replace(request, q="", page=1)))] if request.q else []
    for key, choice in request.filters:
        question = edition.by_key[key.criterion]
        label = facet_label(edition, key)
        names = printed.once("values", question.key, of=edition, make=partial(_names_of_values, question))
        for field in ("any_of", "all_of"):
            for code in getattr(choice, field):
                word = names[code] if field == "any_of" else _("ook %(value)s", value=names[code])
                chips.append(Chip(label, word, url(request.toggling(key, field, code))))
        chips += [
            Chip(label, range_words(question, each), url(request.toggling(key, "ranges", each)))
            for each in choice.ranges
        ]
        chips += [
            Chip(label, showing.state_label(state), url(request.toggling(key, "states", state)))
            for state in choice.states
        ]
    return tuple(chips)


def _names_of_values(question: Question) -> dict[str, str]:
    """What every value of a facet is called, by code; a long list is gone through once for all requests."""
    return {bucket.code: bucket.label for bucket in kind_of(question).choices(question, language())}


@dataclass(frozen=True, slots=True)
class NamedPartners:
    """Partners whose own name was typed, and how many more there are."""

    links: tuple[Link, ...] = ()
    more: int = 0


def named(asked: Asked, profile: Callable[[str], str]) -> NamedPartners:
    """Partners whose own name has every word: shown apart, so that the order stays neutral (ADR 0005)."""
    found = found_by_name(asked) if asked.request.page == 1 else []
    links = tuple(Link(name, profile(slug)) for slug, name in found[:MOST_NAMED])
    return NamedPartners(links, len(found) - len(links))


@dataclass(frozen=True, slots=True)
class Permanent:
    """A link that keeps giving these results: of what day they are, and by which criteria (row C8)."""

    url: str
    day: date
    release: str
    is_later: bool
    """The release was made after this day: there was none yet, and the first one reads it."""
    is_over: bool
    """Nothing can be added to this day any more."""


def permanent_link(snapshot: Snapshot, request: SearchRequest, today: date, url: UrlOf, had_release: bool) -> Permanent:
    """The request with the day of the data, also when that is today, as a comparison has it.

    `had_release`: whether there was a release of the criteria on that day.
    """
    day = snapshot.day
    return Permanent(url(replace(request, as_of=day)), day, snapshot.release, not had_release, day < today)


@dataclass(frozen=True, slots=True)
class Saving:
    """The form that keeps this request: the query of its address, and a name to start from."""

    query: str
    name: str


LONGEST_PROPOSAL = 80


def proposed_name(chips: Iterable[Chip]) -> str:
    """A name for a request, from its words and filters; cut off where it gets long."""
    name = ", ".join(chip.value for chip in chips) or _("Alle partners")
    return name if len(name) <= LONGEST_PROPOSAL else f"{name[: LONGEST_PROPOSAL - 1].rstrip(', ')}…"


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Everything the page of results prints."""

    title: str
    q: str
    op: date | None
    total: int
    first: int
    last: int
    number: int
    pages: tuple[Link, ...]
    previous_url: str
    next_url: str
    order: OrderView
    notices: tuple[str, ...]
    chips: tuple[Chip, ...]
    file_url: str
    clear_url: str
    themes: tuple[ThemeFacets, ...]
    products: tuple[Link, ...]
    wider: Wider | None
    cards: tuple[str, ...]
    """Printed."""
    named: NamedPartners
    criteria: tuple[CriterionFound, ...]
    meant: tuple[Suggestion, ...]
    nothing: tuple[Suggestion, ...]
    has_words: bool
    """Not when what was typed holds no word: a notice says so, and that nothing is found."""
    has_partners: bool
    """Whether there is any in the guide on that day."""
    compare: object
    hidden: tuple[tuple[str, str], ...]
    provinces: Markup
    """The map and its list; empty when nobody asks for provinces."""
    permanent: Permanent
    saving: Saving | None
    """For who may keep searches."""

    @property
    def later(self) -> list[Sequence[str]]:
        """The large parts, in the order in which the template says where they come (`LATER`)."""
        return [*([theme.facets] for theme in self.themes), *([self.cards] if self.cards else [])]


def page_links(number: int, pages: int, request: SearchRequest, url: UrlOf) -> tuple[Link, ...]:
    """Links to the first, the last and the pages around this one; none when there is one page (UX-05)."""
    if pages < 2:
        return ()
    near = {1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)}
    return tuple(Link(str(n), url(replace(request, page=n)), n == number) for n in sorted(near))


def hidden_fields(request: SearchRequest) -> tuple[tuple[str, str], ...]:
    """What the filter form must carry along that has no field of its own."""
    carried = replace(request, q="", page=1, filters=()).to_query()
    for key, choice in request.filters:
        carried += [(str(key), str(each)) for each in choice.ranges[1:]]
        if choice.all_of:
            carried += [(str(key), code) for code in choice.any_of]
    return tuple(carried)


def title_of(request: SearchRequest, number: int, pages: int, total: int) -> str:
    """The title of the page: words, number of partners, and which page (UX-05)."""
    words = _("Partners voor “%(words)s”", words=request.q) if request.q else _("Partners")
    if pages > 1:
        return _(
            "%(words)s: %(total)s gevonden (pagina %(n)s van %(pages)s)",
            words=words,
            total=total,
            n=number,
            pages=pages,
        )
    return _("%(words)s: %(total)s gevonden", words=words, total=total)


def chosen_names(snapshot: Snapshot, chosen: Chosen) -> dict[str, str]:
    """Names of the picked partners that are listed."""
    firms = snapshot.firms
    return {slug: firms.names[firms.place_of_slug[slug]][1] for slug in chosen if slug in firms.place_of_slug}
