"""Verbs on organisations and their members; the only place that writes organisations."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from partnerkompas.accounts.models import Account
from partnerkompas.accounts.queries import lower_case
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import joining, queries
from partnerkompas.membership.models import Link, Organisation
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LONGEST_NAME = 120
MOST_INVITED = 50
"""So many invitations of one organisation may be open: nobody sends mail to half the country from here."""

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


def invite(actor: Actor, organisation: Organisation, email: str) -> Link:
    """Invite somebody as a member by mail; an earlier invitation to the same address ends.

    A member invites at the domains of the organisation only; a curator anywhere, because a curator answers for the
    list of domains too. Nothing tells whether the address has an account. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.MEMBER_INVITE, organisation)
    address = lower_case(email)
    if not address:
        raise NotAcceptable(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl."))
    domain = address.rpartition("@")[2]
    if actor.organisation_id == organisation.id and domain not in organisation.domains:
        raise NotAcceptable(
            _(
                "Nodig alleen collega’s uit op een adres van uw organisatie: %(domains)s.",
                domains=", ".join(organisation.domains) or "–",
            )
        )
    if len(queries.invited(organisation)) >= MOST_INVITED:
        raise NotAcceptable(_("Er staan al %(n)s uitnodigingen open. Wacht tot er een gebruikt is.", n=MOST_INVITED))
    link = joining.invite(actor, organisation, address)
    audit.record(
        db.session, actor, Permission.MEMBER_INVITE, queries.subject(organisation), after={"invitation": link.id}
    )
    return link


def take_back(actor: Actor, organisation: Organisation, number: int) -> None:
    """Take an open invitation back; its link leads nowhere from here on. Raises NotAllowed."""
    require(actor, Permission.MEMBER_INVITE, organisation)
    for link in queries.invited(organisation):
        if link.id == number:
            link.used_at = clock.now()
            audit.record(
                db.session,
                actor,
                "member:invitation_taken_back",
                queries.subject(organisation),
                before={"invitation": number},
            )


def end_membership(actor: Actor, account: Account) -> None:
    """Somebody is no member any more; the account stays. Raises NotAllowed."""
    require(actor, Permission.MEMBER_END, account)
    if account.organisation_id is None:
        return
    before = {"organisation": account.organisation_id, "level": account.level}
    account.organisation_id, account.level = None, ""
    audit.record(db.session, actor, Permission.MEMBER_END, f"account/{account.id}", before=before)
