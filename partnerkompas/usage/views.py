"""The figures of use: of all together, of one partner, and as a file."""

from flask import Blueprint, Response, render_template, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.infra.counting import What
from partnerkompas.infra.parameters import ignored
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import order, sync
from partnerkompas.search.list_file import as_csv
from partnerkompas.search.request import NEUTRAL
from partnerkompas.search.snapshot import Firm, Snapshot
from partnerkompas.usage import queries, showing

blueprint = Blueprint("usage", __name__)


@blueprint.app_template_global()
def few_used() -> str:
    """What stands where a number is too small to be shown."""
    return showing.few()


@blueprint.get("/cijfers")
def overview() -> str:
    """Every listed partner and every criterion to filter on; nobody is put first for being looked at."""
    require(current_actor(), Permission.SITE_READ)
    snapshot, figures = sync.ready().snapshot, queries.figures(*What)
    return render_template(
        "usage/overview.html",
        notices=ignored(request.args, frozenset()),
        first=figures.weeks[0],
        last=figures.last_day,
        partners=showing.partner_totals(figures, _in_neutral_order(snapshot)),
        criteria=showing.criterion_totals(figures, snapshot.edition.facets),
        partner_page=lambda slug: url_for("usage.of_partner", slug=slug),
        criterion_page=lambda key: url_for("criteria.detail", key=key),
        fewest=queries.FEWEST,
        seed=order.seed(snapshot.day),
        current="usage",
    )


@blueprint.get("/cijfers.csv", endpoint="csv")
def download_csv() -> Response:
    """The same by week."""
    require(current_actor(), Permission.OPENDATA_READ)
    snapshot, figures = sync.ready().snapshot, queries.figures(*What)
    rows = showing.table(figures, _in_neutral_order(snapshot), snapshot.edition.facets)
    response = Response([*as_csv(rows)], mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="cijfers-{figures.last_day}.csv"'
    return response


@blueprint.get("/partners/<slug>/cijfers")
def of_partner(slug: str) -> str:
    """One partner by week: the same page for each, whoever looks at it."""
    partner = partners.by_slug(slug)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None  # the policy refuses nobody's profile
    figures = queries.figures(*showing.OF_PARTNERS, key=slug)
    return render_template(
        "usage/partner.html",
        notices=ignored(request.args, frozenset()),
        partner=partner,
        weeks=showing.weeks_of(figures, slug),
        fewest=queries.FEWEST,
        current="partners",
    )


def _in_neutral_order(snapshot: Snapshot) -> list[Firm]:
    return snapshot.firms.at(snapshot.sorted(snapshot.everyone, NEUTRAL))
