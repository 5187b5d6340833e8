"""Verbs on organisations and their members; the only place that writes organisations."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from partnerkompas.accounts.actions import hold
from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import queries
from partnerkompas.membership.models import Organisation
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LONGEST_NAME = 120

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")

FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.nl live.nl live.com msn.com yahoo.com icloud.com me.com "
    "ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl home.nl hetnet.nl casema.nl upcmail.nl online.nl "
    "protonmail.com proton.me gmx.com gmx.net gmx.de mail.com zoho.com".split()
)
"""Anybody can have an address there, so it says nothing of where somebody works."""


@dataclass(frozen=True, slots=True)
class PlainOrganisation:
    """An organisation as plain values, as a form gives it."""

    name: str
    sector: str = ""
    size: str = ""
    domains: Sequence[str] = ()


def plain(organisation: Organisation) -> PlainOrganisation:
    """A stored organisation as plain values."""
    return PlainOrganisation(organisation.name, organisation.sector, organisation.size, tuple(organisation.domains))


def tidied(given: PlainOrganisation) -> PlainOrganisation:
    """An organisation as it is kept. Raises NotAcceptable for a name or a domain that is none."""
    name = printable(given.name)
    if not name:
        raise NotAcceptable(_("Geef de organisatie een naam."))
    if len(name) > LONGEST_NAME:
        raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    domains = tuple(dict.fromkeys(each.strip().lower().removeprefix("@") for each in given.domains if each.strip()))
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise NotAcceptable(_("Dit is geen domein: %(domain)s. Schrijf het als voorbeeld.nl.", domain=domain))
        if domain in FREE_MAIL:
            raise NotAcceptable(
                _("Bij %(domain)s kan iedereen een adres krijgen; dat zegt niet wie waar werkt.", domain=domain)
            )
    return PlainOrganisation(name, given.sector, given.size, domains)


def add(actor: Actor, given: PlainOrganisation) -> Organisation:
    """Add an organisation. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ORGANISATION_MANAGE)
    wanted = tidied(given)
    made = Organisation(name=wanted.name, sector=wanted.sector, size=wanted.size, domains=list(wanted.domains))
    db.session.add(made)
    db.session.flush()
    audit.record(db.session, actor, Permission.ORGANISATION_MANAGE, queries.subject(made), after=asdict(wanted))
    return made


def change(actor: Actor, organisation: Organisation, given: PlainOrganisation) -> None:
    """Change an organisation; what says nothing new leaves no trace. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ORGANISATION_MANAGE)
    wanted, before = tidied(given), plain(organisation)
    if wanted == before:
        return
    organisation.name, organisation.sector, organisation.size = wanted.name, wanted.sector, wanted.size
    organisation.domains = list(wanted.domains)
    audit.record(
        db.session,
        actor,
        Permission.ORGANISATION_MANAGE,
        queries.subject(organisation),
        before=asdict(before),
        after=asdict(wanted),
    )


def end(actor: Actor, organisation: Organisation) -> None:
    """End an organisation: its people keep their accounts and are no members any more. Raises NotAllowed."""
    require(actor, Permission.ORGANISATION_MANAGE)
    db.session.refresh(organisation, with_for_update=True)  # of two who end it at once one does
    if organisation.ended_at is not None:
        return
    for link in queries.invited(organisation):
        link.used_at = clock.now()
    people = queries.members(organisation)
    for account in people:
        account.organisation_id = None
        account.level = ""
    organisation.ended_at = clock.now()
    audit.record(
        db.session,
        actor,
        "organisation:ended",
        queries.subject(organisation),
        before={"members": [account.id for account in people]},
    )


def end_membership(actor: Actor, account: Account) -> None:
    """Somebody is no member any more; the account stays. Raises NotAllowed."""
    require(actor, Permission.MEMBER_END, account)
    hold(account)
    if account.organisation_id is None:
        return
    before = {"organisation": account.organisation_id, "level": account.level}
    account.organisation_id, account.level = None, ""
    audit.record(db.session, actor, Permission.MEMBER_END, f"account/{account.id}", before=before)
