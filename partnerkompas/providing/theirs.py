"""Whose facts are filled in: the partner, for who may; and where to go for who spoke for one that was merged away."""

from typing import NamedTuple

from flask import abort, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.showing import product_label, shown
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.language import _, language
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.providing import queries
from partnerkompas.providing.contents import Asked, Content
from partnerkompas.providing.reading import name_of, read


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


class Typed(NamedTuple):
    """What somebody filled in at one place, in words to copy."""

    about: str
    words: str


def _went_on(partner: Partner) -> Response:
    """Into which partner theirs went, what to do there, and what was not signed here."""
    actor, kept = current_actor(), leaving.leads_to(partner)
    assert kept is not None
    asked = list(queries.asked_of(partner).values())
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
        typed=_typed(asked, request.form),
        had_files=any(file.filename for file in request.files.values()),
        drafts=[Typed(_about(each), _said(each, each.content)) for each in asked if each.draft is not None],
        current="partners",
    )
    return make_response(page, 410)


def _typed(asked: list[Asked], posted: MultiDict[str, str]) -> list[Typed]:
    """What came with this request and says something else than what is kept."""
    filled = read(asked, posted, {}, {})
    found = []
    for each in asked:
        given, name = filled.given.get(each.place), name_of(each.place)
        if given is not None and given.content != each.content:
            found.append(Typed(_about(each), _said(each, given.content)))
        elif any(fault.rpartition(":")[0] == name for fault in filled.faults):
            parts = (part for field in PARTS for part in posted.getlist(f"{name}:{field}"))
            found.append(Typed(_about(each), "\n".join(filter(str.strip, parts))))
    return found


PARTS = ("waarde", "toelichting", "bron", "toont", "tot")


def _about(asked: Asked) -> str:
    product = product_label(criteria.current_edition(), asked.product)
    return ", ".join(filter(None, (asked.question.label.in_(language()), product)))


def _said(asked: Asked, content: Content) -> str:
    file = _("met een bestand als bewijs") if content.file_id is not None else ""
    until = content.valid_until.isoformat() if content.valid_until else ""
    parts = (shown(asked.question, content), content.note, content.source_url, content.evidence, until, file)
    return "\n".join(filter(None, parts))
