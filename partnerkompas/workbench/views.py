"""The workbench."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.answers import queries as answers
from partnerkompas.challenging import queries as challenges
from partnerkompas.challenging.showing import disputed, term_label
from partnerkompas.config import Settings
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating import queries as listed
from partnerkompas.curating.showing import pair_lines
from partnerkompas.infra import clock
from partnerkompas.infra.paging import Counts
from partnerkompas.infra.parameters import ignored
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Actor, Permission, Role
from partnerkompas.reviewing import queries as reviewing
from partnerkompas.workbench import queries, showing
from partnerkompas.workbench.showing import Asked, Section

blueprint = Blueprint("workbench", __name__)


@blueprint.get("/werkbank")
def overview() -> str:
    """What waits, the most urgent first; what the curator may not decide about says so, and why."""
    actor = current_actor()
    require(actor, Permission.WORKBENCH_OPEN)
    may_manage = may(actor, Permission.ORGANISATION_MANAGE)
    asked = Asked(request.args.get("alles", ""), request.args.get("pagina", ""))
    is_alone = not any(each.id != actor.account_id for each in accounts.with_role(Role.CURATOR))
    return render_template(
        "workbench/overview.html",
        notices=ignored(request.args, frozenset({"alles", "pagina"})),
        decides_nothing=showing.decides_nothing(actor, is_alone),
        is_alone=is_alone,
        claims=_claims(actor, asked),
        answers=_answers(actor, asked),
        expiring=_expiring(actor, asked),
        disputes=_disputes(actor, asked),
        resting=challenges.resting() if may_manage else 0,
        alike=_alike(actor, asked) if may_manage else None,
        may_edit=may(actor, Permission.PARTNER_EDIT),
        may_manage=may_manage,
        current="workbench",
    )


def _claims(actor: Actor, asked: Asked) -> Section[Any]:
    """Who wants to speak for a partner: request, name of the partner, e-mail (for who may read the request), whether
    its domain is that of the website then and now, by when, whether this curator decides."""
    counts = representing.how_many_wait(showing.late_since(showing.CLAIM_WITHIN))
    found: Section[Any] = showing.section("verzoeken", counts, representing.waiting, asked)
    known = accounts.with_ids({each.account_id for each in found.lines})
    about = {each.partner_id for each in found.lines}
    names, websites = partners.names_of(about), partners.websites_of(about)
    lines = [
        (
            each,
            names[each.partner_id][1],
            email if may(actor, Permission.REPRESENTATION_READ, each) else "",
            each.same_domain and representing.is_at_domain(email, websites[each.partner_id]),
            showing.due(each.asked_at, showing.CLAIM_WITHIN),
            may(actor, Permission.REPRESENTATION_DECIDE, each),
        )
        for each in found.lines
        for email in (known[each.account_id].email,)
    ]
    return replace(found, lines=lines)


def _answers(actor: Actor, asked: Asked) -> Section[Any]:
    """What partners stated and nobody looked at: pile, slug and name, by when, whether this curator checks it."""
    counts = reviewing.how_many_wait(showing.late_since(showing.CHECKED_WITHIN))
    found: Section[Any] = showing.section("antwoorden", counts, reviewing.piles, asked)
    names = partners.names_of({each.partner_id for each in found.lines})
    oldest = {each.id: each for each in answers.by_ids({each.oldest for each in found.lines})}
    lines = [
        (
            each,
            names[each.partner_id],
            showing.due(each.since, showing.CHECKED_WITHIN),
            may(actor, Permission.ANSWER_VERIFY, oldest[each.oldest]),
        )
        for each in found.lines
    ]
    return replace(found, lines=lines)


def _disputes(actor: Actor, asked: Asked) -> Section[Any]:
    """What is disputed: the line of the public list, its term in words, and whether this curator decides."""
    counts, url = challenges.how_many_open(), url_for("challenging.overview")
    found: Section[Any] = showing.section("betwistingen", counts, challenges.open_of_listed, asked, url)
    lines = [
        (each, term_label(each.challenge), may(actor, Permission.CHALLENGE_DECIDE, each.challenge))
        for each in disputed(found.lines)
    ]
    return replace(found, lines=lines)


def _expiring(actor: Actor, asked: Asked) -> Section[Any]:
    """What expired or is about to, by partner: counts, its first facts, whether somebody speaks for the partner,
    and whether this curator may enter a fact about it."""
    settings: Settings = current_app.extensions["settings"]
    when = criteria.current_edition(), clock.today(), settings.expiring_days
    counts = queries.how_many_expire(*when)
    found: Section[Any] = showing.section(
        "verloopt", counts, lambda limit, offset: queries.expiring(*when, limit, offset), asked
    )
    ids = [each.partner_id for each in found.lines]
    facts, speaking = queries.ending_of(*when, ids), queries.represented(ids)
    lines = [
        (
            each,
            [(fact, *showing.called(when[0], fact)) for fact in facts[each.partner_id]],
            each.partner_id in speaking,
            may(actor, Permission.FACT_ENTER, each),
        )
        for each in found.lines
    ]
    return replace(found, lines=lines)


def _alike(actor: Actor, asked: Asked) -> Section[Any]:
    """Pairs of partners that may be one, why, and whether the curator may decide about both."""
    pairs = listed.waiting_pairs()
    counts = Counts(len(pairs), len(pairs), 0)
    url = url_for("curating.pairs", lijst="misschien")
    found: Section[Any] = showing.section("dubbel", counts, lambda n, offset: pairs[offset : offset + n], asked, url)
    return replace(found, lines=pair_lines(actor, found.lines))
