"""The interest register: which partners somebody is tied to, so that nobody judges where they have a stake (row H6)."""

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.actions import hold
from partnerkompas.accounts.models import Account, Interest
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LONGEST_NOTE = 280


def kinds() -> dict[str, str]:
    """The sorts of interest, in words."""
    return {
        "client": _("mijn organisatie is klant"),
        "employment": _("ik werk of werkte er"),
        "financial": _("ik heb er een financieel belang in"),
        "family": _("iemand uit mijn omgeving werkt er"),
        "other": _("iets anders"),
    }


def declare(actor: Actor, account: Account, partner: Partner, kind: str, note: str = "") -> Interest:
    """Declare that an account is tied to a partner; again is harmless. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    note = printable(note)
    if kind not in kinds():
        raise NotAcceptable(_("Kies wat voor belang het is."))
    if len(note) > LONGEST_NOTE:
        raise NotAcceptable(_("Een toelichting heeft ten hoogste %(n)s tekens.", n=LONGEST_NOTE))
    hold(account)
    for known in accounts.interests(account.id):
        if (known.partner_id, known.kind) == (partner.id, kind):
            return known
    made = Interest(account_id=account.id, partner_id=partner.id, kind=kind, note=note)
    db.session.add(made)
    after = {"partner": partner.slug, "kind": kind}
    audit.record(db.session, actor, "interest:declared", accounts.subject(account), after=after)
    db.session.flush()
    return made


def end(actor: Actor, account: Account, number: int) -> None:
    """An interest is over; that it was there stays in the register. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    hold(account)
    for known in accounts.interests(account.id):
        if known.id == number:
            known.ended_at = clock.now()
            before = {"partner": db.session.get_one(Partner, known.partner_id).slug, "kind": known.kind}
            audit.record(db.session, actor, "interest:ended", accounts.subject(account), before=before)
    db.session.flush()
