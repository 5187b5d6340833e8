"""The workbench."""

from flask import Blueprint, render_template, request

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.challenging import queries as challenges
from partnerkompas.challenging.showing import term_label
from partnerkompas.curating import queries as listed
from partnerkompas.curating.duplicates import Known
from partnerkompas.infra.parameters import ignored
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Actor, Permission

blueprint = Blueprint("workbench", __name__)


@blueprint.get("/werkbank")
def overview() -> str:
    """What waits, oldest first; what the curator may not decide about says why not."""
    actor = current_actor()
    require(actor, Permission.WORKBENCH_OPEN)
    may_manage = may(actor, Permission.ORGANISATION_MANAGE)
    may_edit = may(actor, Permission.PARTNER_EDIT)
    claims = representing.waiting()
    known = accounts.with_ids({each.account_id for each in claims})
    disputes = challenges.open_ones()
    names = partners.names_of({each.partner_id for each in claims} | {each.partner_id for each in disputes})
    return render_template(
        "workbench/overview.html",
        notices=ignored(request.args, frozenset()),
        claims=[
            (
                each,
                names[each.partner_id][1],
                known[each.account_id].email,
                may(actor, Permission.REPRESENTATION_DECIDE, each),
            )
            for each in claims
        ],
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


def _alike(actor: Actor) -> list[tuple[Known, Known, bool]]:
    """Pairs of partners that may be one, and whether the curator may decide about both."""
    found = listed.waiting_pairs()
    rows = partners.by_slugs({each.slug for pair in found for each in pair})
    return [
        (one, other, all(may(actor, Permission.PARTNERS_MERGE, rows[each.slug]) for each in (one, other)))
        for one, other in found
    ]
