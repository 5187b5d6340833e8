"""The workbench."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, render_template, request

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.answers import queries as answers
from partnerkompas.challenging import queries as challenges
from partnerkompas.challenging.showing import term_label
from partnerkompas.config import Settings
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating import queries as listed
from partnerkompas.curating.duplicates import Known
from partnerkompas.infra import clock
from partnerkompas.infra.parameters import ignored
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.reviewing import queries as reviewing
from partnerkompas.workbench import queries, showing
from partnerkompas.workbench.showing import Section

blueprint = Blueprint("workbench", __name__)


@blueprint.get("/werkbank")
def overview() -> str:
    """What waits, oldest first; what the curator may not decide about says why not."""
    actor = current_actor()
    require(actor, Permission.WORKBENCH_OPEN)
    may_manage = may(actor, Permission.ORGANISATION_MANAGE)
    may_edit = may(actor, Permission.PARTNER_EDIT)
    disputes = challenges.open_ones()
    names = partners.names_of({each.partner_id for each in disputes})
    everything = request.args.get("alles", "")
    return render_template(
        "workbench/overview.html",
        notices=ignored(request.args, frozenset({"alles"})),
        claims=_claims(actor, everything),
        answers=_answers(actor, everything),
        expiring=_expiring(actor, everything),
        disputes=[
            (
                each,
                names[each.partner_id][1],
                challenges.is_overdue(each),
                term_label(each),
                may(actor, Permission.CHALLENGE_DECIDE, each),
            )
            for each in disputes
        ],
        alike=_alike(actor) if may_manage else [],
        may_edit=may_edit,
        may_manage=may_manage,
        current="workbench",
    )


def _claims(actor: Actor, everything: str) -> Section[Any]:
    """Who wants to speak for a partner: request, name of the partner, e-mail, by when, whether this curator decides."""
    waiting = representing.waiting()
    due = {each.id: showing.due(each.asked_at, showing.CLAIM_WITHIN) for each in waiting}
    late = sum(each.is_late for each in due.values())
    found: Section[Any] = showing.section("verzoeken", waiting, everything, total=len(waiting), late=late)
    known = accounts.with_ids({each.account_id for each in found.lines})
    names = partners.names_of({each.partner_id for each in found.lines})
    lines = [
        (
            each,
            names[each.partner_id][1],
            known[each.account_id].email,
            due[each.id],
            may(actor, Permission.REPRESENTATION_DECIDE, each),
        )
        for each in found.lines
    ]
    return replace(found, lines=lines)


def _answers(actor: Actor, everything: str) -> Section[Any]:
    """What partners stated and nobody looked at: pile, slug and name, by when, whether this curator checks it."""
    piles = reviewing.piles(showing.late_since(showing.CHECKED_WITHIN))
    total, late = sum(each.answers for each in piles), sum(each.late for each in piles)
    found: Section[Any] = showing.section("antwoorden", piles, everything, total=total, late=late)
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


def _expiring(actor: Actor, everything: str) -> Section[Any]:
    """What expired or is about to, by partner: counts, its first facts, whether somebody speaks for the partner,
    and whether this curator may enter a fact about it."""
    settings: Settings = current_app.extensions["settings"]
    edition, today = criteria.current_edition(), clock.today()
    every = queries.expiring(edition, today, settings.expiring_days)
    total, late = sum(each.expired + each.soon for each in every), sum(each.expired for each in every)
    found: Section[Any] = showing.section("verloopt", every, everything, total=total, late=late)
    ids = [each.partner_id for each in found.lines]
    facts, speaking = queries.ending_of(edition, today, settings.expiring_days, ids), queries.represented(ids)
    lines = [
        (
            each,
            [(fact, *showing.called(edition, fact)) for fact in facts[each.partner_id]],
            each.partner_id in speaking,
            may(actor, Permission.FACT_ENTER, each),
        )
        for each in found.lines
    ]
    return replace(found, lines=lines)


def _alike(actor: Actor) -> list[tuple[Known, Known, bool]]:
    """Pairs of partners that may be one, and whether the curator may decide about both."""
    found = listed.waiting_pairs()
    rows = partners.by_slugs({each.slug for pair in found for each in pair})
    return [
        (one, other, all(may(actor, Permission.PARTNERS_MERGE, rows[each.slug]) for each in (one, other)))
        for one, other in found
    ]
