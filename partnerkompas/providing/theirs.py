"""Whose facts are filled in: the partner, for who may; and where to go for who spoke for one that was merged away."""

from flask import abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.criteria import queries as criteria
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.providing import proofs, queries
from partnerkompas.providing.saying import said
from partnerkompas.providing.typed import Typed, about, apart_from, changed


def their_partner(slug: str, *, hold: bool = False) -> Partner:
    """The partner, for who may fill in its facts; others learn no more than the public page says.

    With `hold` nobody changes it until this transaction ends: whoever merges it away waits, or was first. Who speaks
    for one that was merged gets a page that says into which, and what was not signed or came with this request.
    """
    partner = partners.by_slug(slug)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None
    if hold:
        partner = partners.held(partner.id)
    if partner.id in current_actor().represents and not may(current_actor(), Permission.ANSWER_DRAFT, partner):
        abort(_went_on(partner))
    require(current_actor(), Permission.ANSWER_DRAFT, partner)
    return partner


def _went_on(partner: Partner) -> Response:
    """Into which partner theirs went, what to do there, and what was not signed here."""
    actor, kept = current_actor(), leaving.leads_to(partner)
    assert kept is not None
    edition = criteria.current_edition()
    asked = queries.asked_of(partner, edition)
    files = proofs.shown(asked.values(), {})
    waiting = next(
        (each for each in accounts.representations(actor.account_id or 0) if each.partner_id == kept.id), None
    )
    page = render_template(
        "providing/went_on.html",
        partner=partner,
        kept=kept,
        own_url=url_for("providing.overview", slug=kept.slug) if may(actor, Permission.ANSWER_DRAFT, kept) else "",
        asked_url=url_for("partners.representation", number=waiting.id) if waiting is not None else "",
        claim_url=url_for("partners.claim", slug=kept.slug) if may(actor, Permission.PARTNER_CLAIM, kept) else "",
        typed=changed(asked.values(), request.form, files) + apart_from(asked, request.form),
        had_files=any(file.filename for file in request.files.values()),
        drafts=[
            Typed(about(edition, each), said(each.question, each.content, files))
            for each in asked.values()
            if each.draft is not None
        ],
        current="partners",
    )
    return make_response(page, 410)
