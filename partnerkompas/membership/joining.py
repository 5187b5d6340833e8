"""What a mailed link does: an account, a new password, a membership, another address.

Whoever has a link can read mail at its address; nothing is done but for who has it.
"""

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries as known
from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import links, queries
from partnerkompas.membership.models import Link, Purpose
from partnerkompas.messages import actions as messages
from partnerkompas.permissions.vocabulary import Actor


def open_account(link: Link, password: str, name: str, level: str, address_language: str = "") -> Account:
    """Make the account of a link for registering or an invitation, or give that of the link its new password.

    All other links to the address end. Raises WeakPassword (SEC-15), and NotAcceptable for a wrong level or a link
    that has become of no use. Raises Busy as passwords.place() does.
    """
    links.hold(link)
    account = known.by_email(link.email)
    if link.purpose == Purpose.PASSWORD:
        if account is None or account.ended_at is not None or account.id != link.account_id:
            raise NotAcceptable(_("Deze link werkt niet meer."))
        accounts.set_password(known.actor(account), account, password)
        links.end_all_of(account)
        messages.tell_of_security(
            account, lambda: _("Uw wachtwoord is veranderd, met een link die naar dit adres is gemaild.")
        )
    else:
        nobody = Actor(name="account/new")
        account = accounts.make(nobody, link.email, password, language=address_language or language())
        accounts.change_profile(known.actor(account), account, name=name, language=account.language)
        if link.purpose == Purpose.INVITATION:
            _become_member(account, link, level)
    links.use_up(link, account)
    return account


def accept(link: Link, level: str) -> Account:
    """Whoever has an account at the address of an invitation becomes a member. Raises NotAcceptable."""
    links.hold(link)
    account = known.by_email(link.email)
    if account is None or account.ended_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    _become_member(account, link, level)
    links.use_up(link, account)
    return account


def _become_member(account: Account, link: Link, level: str) -> None:
    organisation = queries.organisation(link.organisation_id or 0)
    if organisation is not None:
        db.session.refresh(organisation, with_for_update=True)  # it may be ended at this moment
    if organisation is None or organisation.ended_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    before = {"organisation": account.organisation_id, "level": account.level}
    account.organisation_id, account.level = organisation.id, accounts.known_level(level)
    after = {"organisation": organisation.id, "level": account.level, "invitation": link.id}
    audit.record(db.session, known.actor(account), "member:joined", known.subject(account), before=before, after=after)


def move(link: Link) -> Account:
    """The account of the link belongs to its address from here on; its sessions end. Raises NotAcceptable."""
    links.hold(link)
    account = known.by_id(link.account_id or 0)
    if account is None or account.ended_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    actor = known.actor(account)
    messages.tell_of_security(account, lambda: _("Uw account hoort nu bij een ander e-mailadres."))
    links.remember(account)
    accounts.move(actor, account, link.email)
    accounts.sign_out_everywhere(actor)
    links.use_up(link, account)
    return account
