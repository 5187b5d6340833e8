"""The pages on which a curator keeps the list of partners."""

from collections.abc import Sequence

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.profile import PROVINCES, office_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating import actions
from partnerkompas.curating import queries as listed
from partnerkompas.curating.actions import Outdated
from partnerkompas.curating.duplicates import Known, duplicates_of
from partnerkompas.curating.forms import EMPTY_ROWS, PartnerForm, status_label
from partnerkompas.curating.leaving_views import install as install_leaving
from partnerkompas.curating.pair_views import install as install_pairs
from partnerkompas.curating.versions import version_of
from partnerkompas.infra.language import _, language
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries, representing
from partnerkompas.partners.actions import PlainPartner
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("curating", __name__)
install_leaving(blueprint)
install_pairs(blueprint)


@blueprint.route("/werkbank/nieuwe-partner", methods=["GET", "POST"])
def add() -> Response:
    """Add a partner; one that looks like another asks first."""
    require(current_actor(), Permission.PARTNER_EDIT, None)
    form = PartnerForm(request.form, PlainPartner("", "", status=PartnerStatus.DRAFT), _provinces())
    alike: list[Known] = []
    if request.method == "POST" and form.validate():
        wanted = actions.tidied(form.given)
        alike = duplicates_of(Known("", wanted.name, wanted.kvk_number, wanted.website), listed.known_partners())
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
    changed: tuple[str, ...] = ()
    if request.method == "POST" and form.validate():
        try:
            actions.change(current_actor(), partner, form.given, form.version)
            return redirect(url_for("curating.change", slug=slug, bewaard=1), 303)
        except Outdated as late:
            changed = late.fields
            form.versie.data = version_of(partners.plain(partner))  # who saves again has seen it
    return _page(form, partner, [], changed)


def _provinces() -> list[tuple[str, str]]:
    known = criteria.current_edition().list_by_key.get(PROVINCES)
    return [(each.code, each.label.in_(language())) for each in known.options] if known else []


def _page(form: PartnerForm, partner: Partner | None, alike: list[Known], changed: Sequence[str] = ()) -> Response:
    wrong = form.errors or alike or changed
    page = render_template(
        "curating/partner.html",
        form=form,
        partner=partner,
        alike=alike,
        changed=_now(form, partner, changed) if partner else [],
        provinces=list(form.provinces.items()),
        empty_rows=EMPTY_ROWS,
        longest=actions.LONGEST_PLACE,
        wrong=wrong,
        speaks=representing.seen_by(current_actor(), partner) if partner else [],
        saved="bewaard" in request.args,
        current="workbench",
    )
    return make_response(page, 422 if wrong else 200)


def _now(form: PartnerForm, partner: Partner, changed: Sequence[str]) -> list[tuple[str, str]]:
    """What somebody else changed: what it is called, and what it is now."""
    names = ", ".join(each.name for each in partner.former_names)
    places = "; ".join(
        ", ".join(filter(None, (each.city, form.provinces.get(each.province, ""), office_label(each.role))))
        for each in partner.offices
    )
    told = {
        "name": (_("Naam"), partner.name),
        "legal_name": (_("Statutaire naam"), partner.legal_name),
        "kvk_number": (_("KvK-nummer"), partner.kvk_number),
        "website": (_("Website"), partner.website),
        "group_name": (_("Groep"), partner.group_name),
        "status": (_("In de gids?"), status_label(partner.status)),
        "former_names": (_("Heette eerder"), names),
        "offices": (_("Vestigingen"), places),
    }
    return [(told[name][0], told[name][1] or _("leeg")) for name in changed]
