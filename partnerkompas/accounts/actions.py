"""Verbs on accounts; the only place that writes them."""

import hmac
import math
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, delete, text

from partnerkompas.accounts import passwords, queries
from partnerkompas.accounts.models import Account, RoleGrant, SignInAttempt
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import VISITOR, Actor, Permission, Role

WINDOW = timedelta(minutes=5)
PER_ADDRESS = 10
PER_ACCOUNT = 100
IN_ALL = 1000
ATTEMPTS_ARE_KEPT = timedelta(days=1)
ADDRESS_IS_KNOWN = timedelta(days=30)

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]{2,}")
_SIGN_IN_LOCK = 20261123


class NotAcceptable(ValueError):
    """What was given cannot make an account; the message says why, in the reader's language."""


class TooMany(RuntimeError):
    """Too many attempts to sign in; `retry_after` is the number of seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Keys:
    """Who tries, as keyed hashes: they can be counted, and say nothing to who has only the database."""

    account: str
    address: str


def lower_case(email: str) -> str:
    """An e-mail address as accounts keep it; empty when it is not one."""
    email = email.strip().lower()
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) else ""


def add_account(actor: Actor, email: str, role: Role, password: str | None = None) -> tuple[Account, str | None]:
    """Give a role to the account with this address, which is made when there is none.

    Returns the account and, when one was made without a given password, its password: it is shown once and kept
    nowhere. A new role ends the sessions of the account (SEC-19). Raises NotAllowed, and NotAcceptable for an address
    that is none, a weak password (SEC-15), an ended account, or a password for an account that has one already. Raises
    Busy as passwords.place() does.
    """
    if not (address := lower_case(email)):
        raise NotAcceptable(_("Dit is geen e-mailadres: %(email)s", email=email))
    account = queries.by_email(address)
    require(actor, Permission.ROLE_GRANT, account)
    made = None
    if account is None:
        made = passwords.generated() if password is None else None
        account = _new_account(address, made or password or "")
        before = None
    else:
        _refuse_for_existing(account, password)
        before = {"roles": sorted(account.roles)}
        if role in account.roles:
            return account, None
        account.session_version += 1
    account.grants.append(RoleGrant(role=role, granted_by=actor.name))
    db.session.flush()
    after = {"roles": sorted(account.roles)}
    audit.record(db.session, actor, Permission.ROLE_GRANT, queries.subject(account), before=before, after=after)
    return account, made


def _new_account(email: str, password: str) -> Account:
    if why := passwords.objection(password, email):
        raise NotAcceptable(why)
    with passwords.place():
        account = Account(email=email, password_hash=passwords.hashed(password), grants=[])
    db.session.add(account)
    return account


def _refuse_for_existing(account: Account, password: str | None) -> None:
    if account.ended_at is not None:
        raise NotAcceptable(_("Dit account is beëindigd."))
    if password is not None:
        raise NotAcceptable(_("Dit account bestaat al en houdt zijn wachtwoord."))


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
    email = lower_case(email)
    keys = _keys(email, address, secret)
    try:
        with passwords.place():
            nobodys = passwords.nobodys_hash()
            with transaction():
                account = queries.by_email(email)
                _count(keys, account)
                kept = account.password_hash if account else nobodys
            right = passwords.matches(kept, password)
            with transaction():
                return _conclude(email, keys, password if right else None)
    except passwords.Busy:
        raise TooMany(retry_after=2) from None


def _count(keys: _Keys, account: Account | None) -> None:
    """Write this attempt down, or raise TooMany (SEC-16).

    Failures of the last five minutes count, three ways: per address (10; of all accounts, so no more than 10 on one
    account from one address either), per account (100, from all addresses) and in all (1000). A stranger with many
    addresses can reach the last two, so those do not hold for an address the owner signed in from lately: nobody can
    lock an owner out of the place they usually work.
    """
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer already
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SIGN_IN_LOCK})
    now = clock.now()
    wait = _wait(PER_ADDRESS, SignInAttempt.address_key == keys.address)
    wider = max(_wait(PER_ACCOUNT, SignInAttempt.account_key == keys.account), _wait(IN_ALL))
    if wider and not (account and queries.has_signed_in_from(account, keys.address, now - ADDRESS_IS_KNOWN)):
        wait = max(wait, wider)
    if wait:
        raise TooMany(wait)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS_ARE_KEPT))
    db.session.add(SignInAttempt(at=now, account_key=keys.account, address_key=keys.address))


def _wait(limit: int, *which: ColumnElement[bool]) -> int:
    """Seconds until fewer than `limit` of these attempts fall in the window; 0 when that is so already."""
    now = clock.now()
    moment = queries.newest_attempt(limit, now - WINDOW, *which)
    return math.ceil((moment + WINDOW - now).total_seconds()) if moment else 0


def _conclude(email: str, keys: _Keys, password: str | None) -> Account | None:
    """Write down how it ended; `password` is the right one, or None when it was wrong."""
    account = queries.by_email(email)
    origin = {"address": keys.address}
    if account is None or account.ended_at is not None or password is None:
        audit.record(db.session, VISITOR, "account:sign_in_failed", queries.subject(account), after=origin)
        return None
    # a success takes away only what was counted for this account and this address
    db.session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.account_key == keys.account, SignInAttempt.address_key == keys.address
        )
    )
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    actor = queries.actor(account)
    audit.record(db.session, actor, "account:signed_in", queries.subject(account), after=origin)
    return account


def sign_out(actor: Actor) -> None:
    """End every session of whoever asks; a cookie that was copied is worth nothing from here on (SEC-19).

    A visitor has no session, so nothing happens. Leaves an audit row.
    """
    require(actor, Permission.ACCOUNT_SIGN_IN)
    account = queries.by_id(actor.account_id) if actor.account_id is not None else None
    if account is None:
        return
    account.session_version += 1
    audit.record(db.session, actor, "account:signed_out", queries.subject(account))


def _keys(email: str, address: str, secret: str | bytes) -> _Keys:
    key = secret.encode() if isinstance(secret, str) else secret

    def keyed(what: str) -> str:
        return hmac.digest(key, f"sign-in/{what}".encode("utf-8", "surrogatepass"), "sha256").hex()

    return _Keys(account=keyed(f"account/{email}"), address=keyed(f"address/{_network(address)}"))


def _network(address: str) -> str:
    """An address as it is counted: of IPv6 the /64, because one subscriber has all of that."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
