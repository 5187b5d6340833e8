"""Verbs on accounts: making and ending them, their roles, passwords and sessions."""

import secrets

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from partnerkompas.accounts import passwords, queries
from partnerkompas.accounts.models import Account, Level, RoleGrant, SignedIn
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission, Role

LONGEST_NAME = 80


class WeakPassword(NotAcceptable):
    """A password that is known or easily guessed (SEC-15); its text says why, and what to choose."""


def hold(account: Account) -> None:
    """Of two who change one account at once, the second waits, and goes on from what the first made of it."""
    db.session.refresh(account, with_for_update={"key_share": True})  # a message to it waits for nobody
    db.session.refresh(account, ["grants", "authenticators"])


def add_account(actor: Actor, email: str, role: Role, password: str | None = None) -> tuple[Account, str | None]:
    """Give a role to the account with this address, which is made when there is none.

    Returns the account and, when one was made without a given password, its password: it is shown once and kept
    nowhere. A new role ends the sessions of the account (SEC-19). Raises NotAllowed, and NotAcceptable for an address
    that is none, a weak password (SEC-15), an ended account, or a password for an account that has one already. Raises
    Busy as passwords.place() does.
    """
    if not (address := queries.lower_case(email)):
        raise NotAcceptable(_("Dit is geen e-mailadres: %(email)s", email=email))
    account = queries.by_email(address)
    require(actor, Permission.ROLE_GRANT, account)
    made = None
    if account is None:
        made = passwords.generated(address) if password is None else None
        account = make(actor, address, made or password or "")
    elif password is not None:
        raise NotAcceptable(_("Dit account bestaat al en houdt zijn wachtwoord."))
    grant_role(actor, account, role)
    return account, made


def make(actor: Actor, email: str, password: str, *, language: str = "nl") -> Account:
    """Make an account; whoever calls this has seen that its owner can read the mail, or is an operator.

    Raises WeakPassword, and NotAcceptable for an address that has an account, perhaps since this moment.
    Raises Busy as passwords.place() does.
    """
    taken = _("Bij dit adres hoort al een account. Log in.")
    if queries.by_email(email) is not None:
        raise NotAcceptable(taken)
    account = Account(email=email, password_hash=_hash_of(password, email), language=language, grants=[])
    account.authenticators = []
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:
        raise NotAcceptable(taken) from None
    audit.record(db.session, actor, "account:made", queries.subject(account))
    return account


def change_profile(actor: Actor, account: Account, *, name: str, language: str, level: str | None = None) -> None:
    """Change how an account is called, its language, and for a member the level. Raises NotAllowed, NotAcceptable."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    name = printable(name)
    if len(name) > LONGEST_NAME:
        raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    before = _told_of_profile(account)
    account.name, account.language = name, "en" if language == "en" else "nl"
    if level is not None and account.organisation_id is not None:
        account.level = known_level(level)
    subject, after = queries.subject(account), _told_of_profile(account)
    audit.record(db.session, actor, Permission.ACCOUNT_CHANGE, subject, before=before, after=after)


def _told_of_profile(account: Account) -> dict[str, str]:
    """For the audit; not the name: that must be erasable."""
    return {"language": account.language, "level": account.level}


def known_level(level: str) -> str:
    """A level that was typed. Raises NotAcceptable for another text."""
    if level not in list(Level):
        raise NotAcceptable(_("Kies vanuit welk niveau u meepraat."))
    return level


def move(actor: Actor, account: Account, email: str) -> None:
    """Give an account another address; whoever calls this has seen that its owner reads mail there.

    Raises NotAllowed, and NotAcceptable when another account has it, perhaps since this moment.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    try:
        with db.session.begin_nested():
            account.email = email
    except IntegrityError:
        raise NotAcceptable(_("Bij dit adres hoort al een ander account. Er is niets veranderd.")) from None
    audit.record(db.session, actor, "account:address_changed", queries.subject(account))


def _hash_of(password: str, email: str) -> str:
    with passwords.place():  # judging costs work, as hashing does
        if why := passwords.objection(password, email):
            raise WeakPassword(why)
        return passwords.hashed(password)


def grant_role(actor: Actor, account: Account, role: Role) -> None:
    """Give an account a role; one it has stays as it is. Ends its sessions. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ROLE_GRANT, account)
    hold(account)
    if account.ended_at is not None:
        raise NotAcceptable(_("Dit account is beëindigd."))
    if role in account.roles:
        return
    before = {"roles": sorted(account.roles)}
    account.grants.append(RoleGrant(role=role, granted_by=actor.name))
    _after_change_of_roles(actor, account, before)


def end_role(actor: Actor, account: Account, role: Role) -> None:
    """Take a role from an account; the grant stays in its history. Ends its sessions. Raises NotAllowed."""
    require(actor, Permission.ROLE_GRANT, account)
    hold(account)
    before = {"roles": sorted(account.roles)}
    running = [grant for grant in account.grants if grant.role == role and grant.ended_at is None]
    for grant in running:
        grant.ended_at = clock.now()
    if running:
        _after_change_of_roles(actor, account, before)


def _after_change_of_roles(actor: Actor, account: Account, before: object) -> None:
    db.session.flush()
    after = {"roles": sorted(account.roles)}
    audit.record(db.session, actor, Permission.ROLE_GRANT, queries.subject(account), before=before, after=after)
    _end_sessions(account)


def set_password(actor: Actor, account: Account, password: str) -> None:
    """Give an account another password, and end all its sessions (SEC-19).

    Whoever calls this has seen the old password or a link that was mailed. Raises NotAllowed, WeakPassword and Busy.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    account.password_hash = _hash_of(password, account.email)
    audit.record(db.session, actor, "account:password_changed", queries.subject(account))
    _end_sessions(account)


def begin_session(account: Account, browser: str, *, second_step: bool = False) -> str:
    """Start a session of an account whose password was given; returns the key that goes into its cookie."""
    key = secrets.token_urlsafe(24)
    now = clock.now()
    db.session.add(
        SignedIn(
            account_id=account.id,
            key_hash=queries.key_hash(key),
            browser=browser,
            began_at=now,
            seen_at=now,
            proved_at=now,
            second_step_at=now if second_step else None,
        )
    )
    db.session.flush()
    return key


def note_seen(number: int) -> None:
    """Its owner is there: that moves the limit of how long a session may be idle."""
    db.session.execute(update(SignedIn).where(SignedIn.id == number).values(seen_at=clock.now()))


def prove(actor: Actor, key: str) -> None:
    """The password was given again in the session with this key. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_SIGN_IN)
    session = queries.session_with(key)
    if session is not None and session.account_id == actor.account_id:
        session.proved_at = clock.now()


def end_session(actor: Actor, number: int) -> None:
    """End one of the own sessions; of others nothing happens. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_SIGN_IN)
    session = db.session.get(SignedIn, number, with_for_update=True, populate_existing=True)
    if session is None or session.account_id != actor.account_id or session.ended_at is not None:
        return
    session.ended_at = clock.now()
    audit.record(db.session, actor, "account:session_ended", actor.name, after={"session": number})


def sign_out_everywhere(actor: Actor) -> None:
    """End all own sessions, this one too. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_SIGN_IN)
    account = queries.by_id(actor.account_id) if actor.account_id is not None else None
    if account is not None:
        _end_sessions(account)
        audit.record(db.session, actor, "account:signed_out_everywhere", queries.subject(account))


def end_sessions(actor: Actor, account: Account) -> None:
    """End all sessions of somebody else, whose password may be in strange hands (SEC-19). Raises NotAllowed."""
    require(actor, Permission.SESSIONS_END, account)
    _end_sessions(account)
    audit.record(db.session, actor, Permission.SESSIONS_END, queries.subject(account))


def _end_sessions(account: Account) -> None:
    db.session.execute(
        update(SignedIn)
        .where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
