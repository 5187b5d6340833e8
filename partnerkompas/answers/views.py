"""The page of one partner."""

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers import queries
from partnerkompas.answers.facts import Facts
from partnerkompas.answers.profile import ProfileView
from partnerkompas.answers.profile import profile as profile_of
from partnerkompas.config import Settings
from partnerkompas.criteria.known_on import KnownOn, known_on
from partnerkompas.criteria.views import criterion_url
from partnerkompas.infra.clock import day_of
from partnerkompas.infra.counting import What
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.looking import note_partners
from partnerkompas.partners.models import Delisting, Partner
from partnerkompas.partners.selection import Chosen, came_from, chosen_from, compare_bar, toggled
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("answers", __name__)

PARAMETERS = frozenset({"p", "op", "lijst"})


@blueprint.get("/partners/<slug>")
def profile(slug: str) -> Response | str:
    """What is known of a partner; `op=` asks for an earlier day, `p=` holds the partners picked to compare,
    `lijst=` the list somebody came from.

    A partner that is hidden and one that does not exist look the same: 404. One that was merged leads to the other, and
    one that was delisted says so: 410.
    """
    partner = partners.by_slug(slug)
    if partner is not None and (left := leaving.left(current_actor(), partner)):
        return _left(partner, left)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None  # the policy refuses nobody's profile
    asked = known_on(request.args.get("op"))
    actor = current_actor()
    # a visitor may sign in for it; to others nothing is offered that the policy refuses
    may_ask = partner.is_listed if actor.is_visitor else may(actor, Permission.PARTNER_CLAIM, partner)
    page = render_template(
        "answers/profile.html",
        profile=_view(partner, asked),
        claim_url=url_for("partners.claim", slug=slug) if may_ask and asked.op is None else "",
        own_url=url_for("providing.overview", slug=slug)
        if may(current_actor(), Permission.ANSWER_DRAFT, partner)
        else "",
        enter_url=url_for("challenging.enter", slug=slug)
        if may(current_actor(), Permission.FACT_ENTER, partner)
        else "",
        edit_url=url_for("curating.change", slug=slug)
        if may(current_actor(), Permission.PARTNER_EDIT, partner)
        else "",
        leaving=_leaving(partner),
        merged_into=leaving.leads_to(partner),
        current="partners",
    )
    note_partners(What.VIEW, [partner], current_actor())
    return page


def _leaving(partner: Partner) -> Delisting | None:
    """That the partner leaves the directory, for who may know before it does."""
    found = leaving.of_partner(partner)
    return found if found is not None and may(current_actor(), Permission.DELISTING_READ, found) else None


def _left(partner: Partner, left: Partner | Delisting) -> Response:
    """What somebody gets who comes for a partner that left the directory."""
    if isinstance(left, Partner):
        given = request.args
        kept: dict[str, Any] = {"p": given.getlist("p"), "op": given.get("op"), "lijst": given.get("lijst")}
        answer = redirect(url_for("answers.profile", slug=left.slug, **kept), 308)
        answer.headers["Cache-Control"] = "no-cache"  # a merge can be undone
        return answer
    assert left.done_at is not None
    kind = leaving.kinds()[leaving.told_kind(left)]
    page = render_template("answers/gone.html", partner=partner, on=day_of(left.done_at), kind=kind, current="partners")
    return make_response(page, 410)


def facts_on(partner: Partner, asked: KnownOn) -> Facts:
    """What was known of a partner on the day that is asked about."""
    ((_partner_id, facts),) = queries.facts_by_partner(asked.edition, asked.day, [partner.id], asked.moment)
    return facts


def _view(partner: Partner, asked: KnownOn) -> ProfileView:
    picked = partners.with_slugs(chosen_from(request.args.getlist("p"))[0], current_actor())
    chosen, listed = tuple(picked), came_from(request.args.get("lijst", ""))
    settings: Settings = current_app.extensions["settings"]

    def here(chosen: Chosen) -> str:
        return url_for("answers.profile", slug=partner.slug, p=list(chosen), op=asked.op, lijst=listed)

    return profile_of(
        partner,
        facts_on(partner, asked),
        queries.history(partner.id, asked.moment),
        queries.corrected(partner.id, asked.moment),
        queries.signed(partner.id, asked.moment),
        asked,
        url_of=criterion_url(asked),
        compare=compare_bar(
            chosen,
            {slug: each.name for slug, each in picked.items()},
            here,
            lambda slug: url_for("answers.profile", slug=slug, p=list(chosen), op=asked.op, lijst=listed),
            lambda chosen: url_for("comparison.table", p=list(chosen), op=asked.op, lijst=listed),
        ),
        compare_url=here(toggled(chosen, partner.slug)),
        compared=partner.slug in chosen,
        json_url=url_for("api.partner", slug=partner.slug, op=asked.op),
        expiring_days=settings.expiring_days,
        notices=(*ignored(request.args, PARAMETERS), *_about_the_past(partner, asked)),
    )


def _about_the_past(partner: Partner, asked: KnownOn) -> list[str]:
    """What a reader of an earlier day has to know."""
    if asked.op is None:
        return []
    told = [_("Naam en vestigingen zijn die van nu.")]
    if partner.is_listed and not partner.was_listed_on(asked.op):
        told.append(_("Deze partner stond toen nog niet in de gids."))
    return told
