"""Comparing: the address holds everything, so nothing is kept of it here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.facts import Facts
from partnerkompas.answers.profile import cities
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.comparison import files
from partnerkompas.comparison.table import Line, ThemeRows, lines, themes, updated_on
from partnerkompas.config import Settings
from partnerkompas.criteria.known_on import KnownOn, known_on
from partnerkompas.criteria.views import criterion_url
from partnerkompas.infra.counting import What
from partnerkompas.infra.language import _, language
from partnerkompas.infra.parameters import ignored, repeatable
from partnerkompas.partners import queries as partners
from partnerkompas.partners.looking import note_partners
from partnerkompas.partners.models import Partner
from partnerkompas.partners.selection import MOST, Chosen, CompareBar, came_from, chosen_from, compare_bar, toggled
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search.choosing import Link
from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import SearchRequest

blueprint = Blueprint("comparison", __name__)

PARAMETERS = frozenset({"p", "op", "verschillen", "toon", "voor", "lijst"})
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: a partner, and what can be done with its column."""

    name: str
    slug: str
    url: str
    remove_url: str
    swap_left_url: str
    fictional: bool
    offices: str
    updated_on: date | None


@dataclass(frozen=True, slots=True)
class TableView:
    """Everything on the page."""

    partners: tuple[Column, ...]
    themes: tuple[ThemeRows, ...]
    only_differences: bool
    differences_url: str
    all_url: str
    hidden_rows: int
    total_rows: int
    compare: CompareBar
    products: tuple[Link, ...]
    """To see the rows of one product only; none when there is nothing to choose."""
    notices: tuple[str, ...]
    list_url: str
    """Back to the list as it was, with these partners picked."""
    op: date | None
    date: date
    address: str
    downloads: tuple[Link, ...]
    shown: tuple[int, int]
    """The two columns a phone shows at first, counted from 1."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an address asks: which partners, of which day, and how much of them."""

    partners: tuple[Partner, ...]
    asked: KnownOn
    only_differences: bool
    product: str
    """Only this product in the rows that are asked per product; empty for all."""
    listed: SearchRequest
    """The list that somebody came from (SRCH-03)."""
    notices: tuple[str, ...]

    @property
    def chosen(self) -> Chosen:
        return tuple(each.slug for each in self.partners)

    def url(self, chosen: Chosen | None = None, endpoint: str = "comparison.table", **changes: object) -> str:
        """The address of this comparison, with other partners or other settings."""
        kept = {
            "op": self.asked.op,
            "verschillen": 1 if self.only_differences else None,
            "voor": self.product or None,
            "lijst": came_from(self.listed.address("").removeprefix("?")),
        }
        values = {**kept, **changes}
        return url_for(endpoint, p=list(self.chosen if chosen is None else chosen), **values)  # type: ignore[arg-type]

    def facts(self) -> list[Facts]:
        """What is known of each partner: one query for all of them."""
        ids = [each.id for each in self.partners]
        found = dict(facts_by_partner(self.asked.edition, self.asked.day, ids, self.asked.moment))
        return [found[each] for each in ids]

    def about(self, every: list[Line]) -> list[Line]:
        """The lines of the product asked about, and those that are asked of the partner as a whole."""
        return [line for line in every if not (self.product and line.product) or line.product == self.product]

    def shown(self, every: list[Line]) -> list[Line]:
        return [line for line in every if line.differs or not self.only_differences]


@blueprint.get("/vergelijk", endpoint="table")
def show_table() -> str:
    """Two to six partners side by side; with fewer, how to choose them."""
    require(current_actor(), Permission.SITE_READ)
    wanted = _request()
    page = render_template("comparison/table.html", table=_view(wanted), current="comparison")
    if len(wanted.partners) >= FEWEST:
        note_partners(What.COMPARISON, wanted.partners, current_actor())
    return page


@blueprint.get("/vergelijk.csv", endpoint="csv")
def download_csv() -> Response:
    """The comparison as CSV; Excel reads its accents by the mark at the start."""
    wanted, records = _records()
    return _file("\ufeff" + files.as_csv(wanted.asked, records), "text/csv", f"vergelijking-{wanted.asked.day}.csv")


@blueprint.get("/vergelijk.json", endpoint="json")
def download_json() -> Response:
    """The comparison as JSON."""
    wanted, records = _records()
    text = files.as_json(wanted.asked, wanted.partners, records, _address(wanted))
    return _file(text, "application/json", f"vergelijking-{wanted.asked.day}.json")


def _records() -> tuple[Request, files.Answers]:
    require(current_actor(), Permission.OPENDATA_READ)
    wanted = _request()
    if len(wanted.partners) < FEWEST:
        abort(400)
    shown = wanted.shown(wanted.about(lines(wanted.asked.edition, wanted.facts())))
    return wanted, files.answers(wanted.asked, wanted.partners, shown)


def _file(text: str, mimetype: str, name: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _request() -> Request:
    """Read the address; what cannot be used is left out and said. Hidden and unknown partners get the same words."""
    given = request.args
    chosen, left_out = chosen_from(given.getlist("p"))
    found = partners.with_slugs(chosen, current_actor())
    asked = known_on(given.get("op"))
    full = len(chosen) == MOST
    unknown = [slug for slug in chosen if slug not in found] + ([] if full else left_out)
    notices = [_("Een partner “%(slug)s” kennen we niet.", slug=repeatable(slug)) for slug in unknown]
    if full and left_out:
        names = ", ".join(repeatable(slug) for slug in left_out[:MOST])
        notices.append(
            _("U kunt %(most)s partners tegelijk vergelijken. Niet getoond: %(names)s.", most=MOST, names=names)
        )
    product, products = given.get("voor", ""), asked.edition.products
    if product and (products is None or product not in products.by_code):
        notices.append(_("Het product “%(product)s” kennen we niet.", product=repeatable(product)))
        product = ""
    return Request(
        tuple(found.values()),
        asked,
        given.get("verschillen") == "1",
        product,
        _list_of(given.get("lijst", ""), asked),
        (*ignored(given, PARAMETERS), *notices, *asked.notices),
    )


def _list_of(query: str, asked: KnownOn) -> SearchRequest:
    """The list that the address of a list asks for; what of it cannot be used the list would not have used either."""
    request, _problems = from_query(parse_qsl(came_from(query) or ""), asked.edition, asked.day, picks=False)
    return replace(request, as_of=None)


def _view(wanted: Request) -> TableView:
    asked, chosen, settings = wanted.asked, wanted.chosen, current_app.extensions["settings"]
    assert isinstance(settings, Settings)
    enough = len(chosen) >= FEWEST
    columns = wanted.facts()
    complete = lines(asked.edition, columns) if enough else []
    every = wanted.about(complete)
    shown = wanted.shown(every)

    def profile(slug: str) -> str:
        return wanted.url(endpoint="answers.profile", slug=slug, verschillen=None, voor=None)

    return TableView(
        partners=tuple(_column(wanted, place, facts, profile) for place, facts in enumerate(columns)),
        themes=themes(
            asked,
            columns,
            shown,
            every,
            url_of=criterion_url(asked),
            expiring_days=settings.expiring_days,
        ),
        only_differences=wanted.only_differences,
        differences_url=wanted.url(verschillen=1),
        all_url=wanted.url(verschillen=None),
        hidden_rows=len(every) - len(shown),
        total_rows=len(every),
        compare=compare_bar(
            chosen, {each.slug: each.name for each in wanted.partners}, wanted.url, profile, wanted.url
        ),
        products=_products(wanted, complete),
        notices=wanted.notices,
        list_url=replace(wanted.listed, chosen=chosen, as_of=asked.op).address(url_for("search.partners")),
        op=asked.op,
        date=asked.day,
        address=_address(wanted),
        downloads=(
            Link(_("Als CSV"), wanted.url(endpoint="comparison.csv", lijst=None)),
            Link(_("Als JSON"), wanted.url(endpoint="comparison.json", lijst=None)),
        )
        if enough
        else (),
        shown=_two_of(chosen, request.args.getlist("toon")),
    )


def _products(wanted: Request, complete: list[Line]) -> tuple[Link, ...]:
    products = wanted.asked.edition.products
    had = {line.product for line in complete if line.product}
    if products is None or len(had) < 2:
        return ()
    links = [Link(_("alle producten"), wanted.url(voor=None), not wanted.product)]
    links += [
        Link(option.label.in_(language()), wanted.url(voor=option.code), option.code == wanted.product)
        for option in products.options
        if option.code in had
    ]
    return tuple(links)


def _column(wanted: Request, place: int, facts: Facts, profile: Callable[[str], str]) -> Column:
    partner, chosen = wanted.partners[place], wanted.chosen
    swapped = (*chosen[: place - 1], chosen[place], chosen[place - 1], *chosen[place + 1 :]) if place else ()
    return Column(
        name=partner.name,
        slug=partner.slug,
        url=profile(partner.slug),
        remove_url=wanted.url(toggled(chosen, partner.slug)),
        swap_left_url=wanted.url(swapped) if swapped else "",
        fictional=partner.fictional,
        offices=cities(partner),
        updated_on=updated_on(facts),
    )


def _address(wanted: Request) -> str:
    """The full address that keeps giving these data: with the day, also when that is today (row C8)."""
    return wanted.url(op=wanted.asked.day, lijst=None, _external=True)


def _two_of(chosen: Chosen, picked: Sequence[str]) -> tuple[int, int]:
    """The columns of the partners picked for a small screen, in the order picked, filled up from the left."""
    wanted = [slug for slug in dict.fromkeys(picked) if slug in chosen]
    rest = [slug for slug in chosen if slug not in wanted]
    first, second, *_rest = [*(chosen.index(slug) + 1 for slug in [*wanted, *rest]), 1, 2]
    return first, second
