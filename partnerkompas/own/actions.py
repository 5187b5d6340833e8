"""Changing and erasing what is known of whoever is signed in."""

from collections.abc import Collection

from sqlalchemy import delete, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.actions import hold
from partnerkompas.accounts.models import Account, Authenticator, Interest, Representation, SignedIn
from partnerkompas.infra import audit, clock, mail
from partnerkompas.infra.db import db
from partnerkompas.membership.models import Link
from partnerkompas.messages.models import ALWAYS_MAILED, About, Message
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.saved.models import SavedSearch
from partnerkompas.second_factor.models import RecoveryCode


def choose_mail(actor: Actor, account: Account, wanted: Collection[str]) -> None:
    """Choose about what the account gets mail as well; security and challenges are always mailed. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    before = {"mail_off": account.mail_off}
    account.mail_off = [about.value for about in About if about not in ALWAYS_MAILED and about not in wanted]
    after = {"mail_off": account.mail_off}
    if before != after:
        audit.record(db.session, actor, "account:mail_chosen", accounts.subject(account), before=before, after=after)


def _own_addresses(account: Account) -> list[str]:
    """The address of an account, those it had, and those it wanted, as far as they are not somebody else's.

    One is when it has another account; and one that was only typed is when any other link was mailed there.
    """
    tied = Link.account_id == account.id
    linked, used = select(Link.email).where(tied), select(Link.email).where(tied, Link.used_at.is_not(None))
    taken = select(Account.email).where(Account.email.in_(linked), Account.id != account.id)
    not_tied = Link.account_id.is_(None) | (Link.account_id != account.id)
    expected = select(Link.email).where(not_tied, Link.email.in_(linked), Link.email.not_in(used))
    found = {*db.session.scalars(linked)} - {*db.session.scalars(taken)} - {*db.session.scalars(expected)}
    return [account.email, *found]


def _hold_what_goes(account: Account) -> None:
    """In the order of `partners.queries.held`: who uses a link or decides about a request is first, or waits."""
    links = (Link.account_id == account.id) | (Link.email == account.email)
    for wanted in (
        select(Link.id).where(links),
        select(Representation.id).where(Representation.account_id == account.id),
    ):
        db.session.execute(wanted.order_by("id").with_for_update(key_share=True))
    hold(account)


def erase(actor: Actor, account: Account) -> None:
    """Erase an account (GDPR art. 17): what tells who it was goes, and its deeds stay under a number.

    Address, name, password, sessions, second steps, recovery codes, links, messages, waiting mail and saved searches
    are removed, and what was written about the person: functions and notes of requests and of interests. What stays is
    named on the page: the log of changes, roles and representations by number, and what was written about partners.
    Raises NotAllowed.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    _hold_what_goes(account)
    if account.ended_at is not None:
        return
    addresses = _own_addresses(account)
    for owned in (SignedIn, Authenticator, RecoveryCode, Message, SavedSearch):
        db.session.execute(delete(owned).where(owned.account_id == account.id))
    db.session.execute(delete(Link).where(Link.email.in_(addresses) | (Link.account_id == account.id)))
    db.session.execute(delete(mail.Mail).where(mail.Mail.to.in_(addresses)))
    for grant in account.grants:
        grant.ended_at = grant.ended_at or clock.now()
    for speaks in accounts.all_representations(account.id):
        db.session.refresh(speaks)
        speaks.ended_at, speaks.function, speaks.note = speaks.ended_at or clock.now(), "", ""
    for interest in db.session.scalars(db.select(Interest).where(Interest.account_id == account.id)):
        interest.ended_at, interest.note = interest.ended_at or clock.now(), ""
    account.email = f"gewist-{account.id}"
    account.name = account.password_hash = account.level = ""
    account.organisation_id, account.mail_off = None, []
    account.ended_at = clock.now()
    audit.record(db.session, actor, "account:erased", accounts.subject(account))
    db.session.flush()
    db.session.expire(account)
