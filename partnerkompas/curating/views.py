"""The pages on which a curator keeps the list of partners."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.profile import PROVINCES
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating import actions
from partnerkompas.curating.duplicates import Known, duplicates_of
from partnerkompas.curating.forms import EMPTY_ROWS, PartnerForm
from partnerkompas.infra.db import db
from partnerkompas.infra.language import language
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainPartner
from partnerkompas.partners.models import OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("curating", __name__)


@blueprint.route("/werkbank/partners/nieuw", methods=["GET", "POST"])
def add() -> Response:
    """Add a partner; one that looks like another asks first."""
    require(current_actor(), Permission.PARTNER_EDIT, None)
    form = PartnerForm(request.form, PlainPartner("", "", status=PartnerStatus.DRAFT), _provinces())
    alike: list[Known] = []
    if request.method == "POST" and form.validate():
        wanted = actions.tidied(form.given)
        alike = duplicates_of(Known("", wanted.name, wanted.kvk_number, wanted.website), known_partners())
        if form.sure.data or not alike:
            made = actions.add(current_actor(), wanted)
            return redirect(url_for("curating.change", slug=made.slug, bewaard=1), 303)
    return _page(form, None, alike)


@blueprint.route("/werkbank/partners/<slug>", methods=["GET", "POST"])
def change(slug: str) -> Response:
    """Change a partner; another name leaves the old one leading there."""
    partner = queries.by_slug(slug)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None
    require(current_actor(), Permission.PARTNER_EDIT, partner)
    form = PartnerForm(request.form, partners.plain(partner), _provinces())
    if request.method == "POST" and form.validate():
        actions.change(current_actor(), partner, form.given)
        return redirect(url_for("curating.change", slug=slug, bewaard=1), 303)
    return _page(form, partner, [])


def known_partners() -> list[Known]:
    """What tells partners apart, of all that are not delisted, by name."""
    rows = db.session.execute(
        select(Partner.slug, Partner.name, Partner.kvk_number, Partner.website)
        .where(Partner.status != PartnerStatus.DELISTED)
        .order_by(Partner.name, Partner.id)
    )
    return [Known(row.slug, row.name, row.kvk_number, row.website) for row in rows]


def _provinces() -> list[tuple[str, str]]:
    known = criteria.current_edition().list_by_key.get(PROVINCES)
    return [(each.code, each.label.in_(language())) for each in known.options] if known else []


def _page(form: PartnerForm, partner: Partner | None, alike: list[Known]) -> Response:
    page = render_template(
        "curating/partner.html",
        form=form,
        partner=partner,
        alike=alike,
        provinces=_provinces(),
        roles=[role.value for role in OfficeRole],
        empty_rows=EMPTY_ROWS,
        saved="bewaard" in request.args,
        current="workbench",
    )
    return make_response(page, 422 if form.errors or alike else 200)
