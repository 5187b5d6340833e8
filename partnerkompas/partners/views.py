"""The pages of speaking for a partner: asking, and deciding about it."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Representation
from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.why_not import why_not
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import queries, representing
from partnerkompas.partners.forms import ClaimForm, DecisionForm, role_label
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import PartnerRole, Permission

blueprint = Blueprint("partners", __name__)


@blueprint.route("/partners/<slug>/vertegenwoordigen", methods=["GET", "POST"])
def claim(slug: str) -> Response:
    """Ask to speak for a partner."""
    actor, partner = current_actor(), queries.by_slug(slug)
    require(actor, Permission.PARTNER_READ, partner)
    assert partner is not None
    require(actor, Permission.PARTNER_CLAIM, partner)
    known = [each for each in accounts.representations(actor.account_id or 0) if each.partner_id == partner.id]
    form = ClaimForm(request.form)
    if known:
        return redirect(url_for("partners.representation", number=known[0].id), 303)
    if request.method == "POST" and form.validate():
        try:
            made = representing.ask(actor, partner, PartnerRole(form.role.data), form.function.data)
        except NotAcceptable as wrong:
            form.function.errors = [str(wrong)]
        else:
            return redirect(url_for("partners.representation", number=made.id), 303)
    page = render_template(
        "partners/claim.html",
        form=form,
        partner=partner,
        same_domain=representing.is_at_domain(actor.email, partner.website),
        current="partners",
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/vertegenwoordiging/<int:number>", endpoint="representation")
def show(number: int) -> Response:
    """One request to speak for a partner, for who asked and for who decides."""
    return _page(_found(number), DecisionForm(request.form))


@blueprint.post("/vertegenwoordiging/<int:number>/besluit")
def decide(number: int) -> Response:
    """Grant or refuse a request."""
    representation, form = _found(number), DecisionForm(request.form)
    require(current_actor(), Permission.REPRESENTATION_DECIDE, representation)
    if not form.validate():
        return _page(representation, form, 422)
    verb = representing.grant if request.form.get("besluit") == "toekennen" else representing.refuse
    try:
        verb(current_actor(), representation, form.note.data or "")
    except NotAcceptable as wrong:
        form.note.errors = [str(wrong)]
        return _page(representation, form, 422)
    return redirect(url_for("partners.representation", number=number), 303)


@blueprint.post("/vertegenwoordiging/<int:number>/beeindig")
def end(number: int) -> Response:
    """End a representation, or take a request back."""
    representation = _found(number)
    representing.end(current_actor(), representation)
    return redirect(url_for("partners.representation", number=number), 303)


def _found(number: int) -> Representation:
    found = representing.by_id(number) if number < 2**31 else None
    require(current_actor(), Permission.REPRESENTATION_READ, found)
    assert found is not None
    return found


def _page(representation: Representation, form: DecisionForm, status: int = 200) -> Response:
    actor = current_actor()
    partner: Partner = queries.with_id(representation.partner_id)
    waiting = representation.granted_at is None and representation.ended_at is None
    own = representation.account_id == actor.account_id
    page = render_template(
        "partners/representation.html",
        form=form,
        representation=representation,
        partner=partner,
        account=accounts.by_id(representation.account_id),
        same_domain=_same_domain(representation),
        website=partner.website if partner.website.startswith(("https://", "http://")) else "",
        role=role_label(representation.role),
        state=_state(representation),
        own=own,
        waiting=waiting,
        fill_in_url=url_for("providing.overview", slug=partner.slug)
        if own and may(actor, Permission.ANSWER_DRAFT, partner)
        else "",
        may_decide=waiting and may(actor, Permission.REPRESENTATION_DECIDE, representation),
        why_not=why_not(actor, Permission.REPRESENTATION_DECIDE, representation) if waiting else None,
        may_end=representation.ended_at is None and may(actor, Permission.REPRESENTATION_END, representation),
        others=[each for each in representing.of_partner(partner) if each.id != representation.id and each.granted_at],
        current="partners",
    )
    return make_response(page, status)


def _same_domain(representation: Representation) -> str:
    """Whether the domain of mail and website is one, in words: when it was asked, and now."""
    then, now = representation.same_domain, representing.is_at_domain_now(representation)
    if then == now or representation.ended_at is not None:  # who is gone has no address any more
        return _("ja") if then else _("nee")
    return _("nu niet, toen het gevraagd werd wel") if then else _("nu wel, toen het gevraagd werd niet")


def _state(representation: Representation) -> str:
    if representing.went_on(representation):
        return _("geëindigd")
    if representation.granted_at is not None:
        return _("toegekend") if representation.ended_at is None else _("geëindigd")
    if representation.ended_at is not None:
        return _("afgewezen") if representation.was_refused else _("ingetrokken")
    return _("wacht op een curator")
