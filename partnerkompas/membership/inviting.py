"""Inviting somebody as a member by mail, and taking that back."""

from sqlalchemy import select

from partnerkompas.accounts import attempts
from partnerkompas.accounts.attempts import INVITED, INVITING, TooMany
from partnerkompas.accounts.queries import lower_case
from partnerkompas.infra import audit, clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import links, queries
from partnerkompas.membership.models import Link, Organisation, Purpose
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

MOST_INVITED = 50
"""So many invitations of one organisation may be open: nobody sends mail to half the country from here."""


def invite(actor: Actor, organisation: Organisation, email: str, secret: str | bytes) -> Link:
    """Invite somebody as a member by mail; an earlier invitation to the same address ends.

    A member invites at the domains of the organisation only; a curator anywhere, because a curator answers for the
    list of domains too. Nothing tells whether the address has an account. `secret` keys the hashes under which
    invitations are counted. Raises NotAllowed, NotAcceptable and TooMany.
    """
    require(actor, Permission.MEMBER_INVITE, organisation)
    address = lower_case(email)
    if not address:
        raise NotAcceptable(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl."))
    db.session.refresh(organisation, with_for_update=True)  # who sends the form twice invites once at a time
    if organisation.ended_at is not None:
        raise NotAcceptable(_("Deze organisatie is geen lid meer. U kunt er niemand meer voor uitnodigen."))
    domain = address.rpartition("@")[2]
    if actor.organisation_id == organisation.id and domain not in organisation.domains:
        raise NotAcceptable(
            _(
                "Nodig alleen collega’s uit op een adres van uw organisatie: %(domains)s.",
                domains=", ".join(organisation.domains) or "–",
            )
        )
    earlier = [each for each in queries.invited(organisation) if each.email == address]
    for each in earlier:
        each.used_at = clock.now()
    if len(queries.invited(organisation)) >= MOST_INVITED:
        raise NotAcceptable(_("Er staan al %(n)s uitnodigingen open. Wacht tot er een gebruikt is.", n=MOST_INVITED))
    _count(actor, address, secret)
    link = _mail(actor, organisation, address)
    audit.record(
        db.session, actor, Permission.MEMBER_INVITE, queries.subject(organisation), after={"invitation": link.id}
    )
    return link


def _count(actor: Actor, email: str, secret: str | bytes) -> None:
    """Count an invitation, of whoever invites and to whom. Raises TooMany, which says what was too much."""
    try:
        attempts.count(INVITING, attempts.keys(actor.name, "", secret))
    except TooMany as wrong:
        n = INVITING.of_account[0].times
        raise TooMany(wrong.retry_after, _("U kunt op één dag %(n)s uitnodigingen versturen.", n=n)) from None
    try:
        attempts.count(INVITED, attempts.keys(email, "", secret))
    except TooMany as wrong:
        n = INVITED.of_account[0].times
        raise TooMany(
            wrong.retry_after, _("Naar dit adres zijn op één dag al %(n)s uitnodigingen gemaild.", n=n)
        ) from None


def _mail(actor: Actor, organisation: Organisation, email: str) -> Link:
    token = links.make(Purpose.INVITATION, email, organisation_id=organisation.id, made_by=actor.account_id)
    why = _(
        "%(organisation)s nodigt u uit voor Partnerkompas, de gids waarin wie Dynamics gebruikt partners vergelijkt.",
        organisation=organisation.name,
    )
    text = _("Met deze link wordt u lid namens uw organisatie. Hij werkt één keer, zeven dagen lang:")
    mail.post(
        email,
        _("uitnodiging van %(organisation)s", organisation=organisation.name),
        links.letter(why, text, token, _("Hoort dit niet bij u? Dan hoeft u niets te doen.")),
    )
    link = queries.usable_link(token)
    assert link is not None
    return link


def take_back(actor: Actor, organisation: Organisation, number: int) -> None:
    """Take an open invitation back; its link leads nowhere from here on. Raises NotAllowed."""
    require(actor, Permission.MEMBER_INVITE, organisation)
    db.session.execute(select(Link.id).where(Link.id == number).with_for_update())
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
