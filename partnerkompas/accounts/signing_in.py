"""Signing in and out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from partnerkompas.accounts import attempts, passwords, queries
from partnerkompas.accounts.attempts import SIGNING_IN, Keys, TooMany
from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import VISITOR, Actor, Permission

ADDRESS_IS_KNOWN = timedelta(days=30)


def sign_in(
    email: str,
    password: str,
    address: str,
    *,
    secret: str | bytes,
    transaction: Callable[[], AbstractContextManager[None]],
) -> Account | None:
    """The account with this e-mail and password, or None; nothing tells an unknown account from a wrong password.

    `address` is where the request came from, `secret` keys the hashes under which attempts are counted. The attempt is
    counted and safe before the password is looked at (SEC-16), and the outcome is safe whatever the answer to the
    request will be; so this takes two transactions, and holds no lock on the database while it hashes (SEC-27).
    Leaves an audit row, with neither password nor address. Raises TooMany.
    """
    require(VISITOR, Permission.ACCOUNT_SIGN_IN)
    email = queries.lower_case(email)
    who = attempts.keys(email, address, secret)
    try:
        with passwords.place():
            nobodys = passwords.nobodys_hash()
            with transaction():
                account = queries.by_email(email)
                since = clock.now() - ADDRESS_IS_KNOWN
                known = account is not None and queries.is_known_at(account, who.address, since)
                attempts.count(SIGNING_IN, who, known_address=known)
                kept = account.password_hash if account else nobodys
            right = passwords.matches(kept, password)
            with transaction():
                return _conclude(email, who, password if right else None)
    except passwords.Busy:
        raise TooMany(retry_after=2) from None


def _conclude(email: str, who: Keys, password: str | None) -> Account | None:
    """Write down how it ended; `password` is the right one, or None when it was wrong."""
    account = queries.by_email(email)
    origin = {"address": who.address}
    if account is None or account.ended_at is not None or password is None:
        audit.record(db.session, VISITOR, "account:sign_in_failed", queries.subject(account), after=origin)
        return None
    attempts.forgive(SIGNING_IN, who)
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    audit.record(db.session, queries.actor(account), "account:signed_in", queries.subject(account), after=origin)
    return account


def came_by_mail(account: Account, address: str, secret: str | bytes) -> None:
    """Note from where the owner used a mailed link: strangers who try do not keep the owner out there (SEC-16)."""
    origin = {"address": attempts.keys(account.email, address, secret).address}
    audit.record(db.session, queries.actor(account), queries.CAME_BY_MAIL, queries.subject(account), after=origin)


def sign_out(actor: Actor, key: str) -> None:
    """End the session whose cookie holds `key`; a copy of that cookie is worth nothing from here on (SEC-19).

    A visitor has no session, so nothing happens. Leaves an audit row.
    """
    require(actor, Permission.ACCOUNT_SIGN_IN)
    session = queries.session_with(key)
    if actor.account_id is None or session is None or session.account_id != actor.account_id:
        return
    session.ended_at = clock.now()
    account = queries.by_id(actor.account_id)
    audit.record(db.session, actor, "account:signed_out", queries.subject(account))
