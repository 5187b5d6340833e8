"""How often something may be tried: counted by account and by address, before it is looked at (SEC-16).

A stranger with many addresses can reach the limits of an account, so those do not hold for an address that its owner
signed in from lately: nobody can lock an owner out of the place they usually work. Who shares that address may be a
stranger too: there the owner waits only for what was tried for their own account, whatever else was tried from there,
and what such an address asks of others has limits of its own. What tells a known address from another tells that there
is an account, so it shows only where its owner came from (SEC-17).
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, delete, select, text

from partnerkompas.accounts.models import Attempt
from partnerkompas.infra import clock
from partnerkompas.infra.db import db

KEPT = timedelta(days=1)
_LOCK = 20261123


class TooMany(RuntimeError):
    """Too many attempts; `retry_after` is the number of seconds to wait, `why` what was too much, in words or empty."""

    def __init__(self, retry_after: int, why: str = "") -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after
        self.why = why


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many attempts within a time."""

    times: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one sort of attempt: of one address, of one account from all addresses, and of all together.

    From an address that is known of the account `of_known` holds in the place of `of_account`, and `of_address` over
    what was tried there for this account; that of all, and of the whole address, only when it is `for_known_too`.
    """

    what: str
    of_address: tuple[Limit, ...] = ()
    of_account: tuple[Limit, ...] = ()
    of_known: tuple[Limit, ...] = ()
    of_all: tuple[Limit, ...] = ()
    for_known_too: bool = False


_FIVE_MINUTES = timedelta(minutes=5)
SIGNING_IN = Limits(
    "sign_in",
    of_address=(Limit(10, _FIVE_MINUTES),),
    of_account=(Limit(100, _FIVE_MINUTES),),
    of_all=(Limit(1000, _FIVE_MINUTES),),
)
SECOND_STEP = Limits(
    "second_step",
    of_account=(Limit(5, _FIVE_MINUTES), Limit(20, timedelta(hours=1)), Limit(50, timedelta(days=1))),
)
"""Only who gave the right password comes here, so a stranger cannot use it up. Counted for each password anew: who had
the old one does not keep out who chose another."""
SECOND_STEPS = Limits("second_steps", of_account=(Limit(250, timedelta(days=1)),))
"""With whatever passwords: five of them use it up, and whoever chooses new ones all day guesses no code by it."""
CHALLENGE = Limits("challenge", of_account=(Limit(1, timedelta(days=1)),))
"""What a passkey was asked to sign is answered once; its own text stands in the place of the account."""
ASKING_FOR_MAIL = Limits(
    "link",
    of_address=(Limit(10, timedelta(hours=1)),),
    of_all=(Limit(1000, timedelta(hours=1)),),
    for_known_too=True,
)
"""No more mail goes out than we can send. The same for every address that mail is asked for."""
MAILED = Limits("mailed", of_account=(Limit(5, timedelta(days=1)),), of_known=(Limit(20, timedelta(days=1)),))
"""To one address, also when it is asked from the network its owner shares with others: nobody's mailbox is filled."""
INVITING = Limits("invitation", of_account=(Limit(100, timedelta(days=1)),))
"""Of one account that invites: enough for a whole organisation, and a stolen session mails no town."""
INVITED = Limits("invited", of_account=(Limit(5, timedelta(days=1)),))
"""To one address: nobody fills a mailbox by inviting its owner again and again."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Who tries, as keyed hashes: they can be counted, and say nothing to who has only the database."""

    account: str
    address: str


def keys(account: str, address: str, secret: str | bytes) -> Keys:
    """The keys of an account (its e-mail or number) and the address a request came from."""
    key = secret.encode() if isinstance(secret, str) else secret

    def keyed(what: str) -> str:
        return hmac.digest(key, f"sign-in/{what}".encode("utf-8", "surrogatepass"), "sha256").hex()

    return Keys(account=keyed(f"account/{account}"), address=keyed(f"address/{_network(address)}"))


def count(limits: Limits, who: Keys, *, known_address: bool = False) -> None:
    """Write an attempt down, or raise TooMany. `known_address`: the owner of the account works there."""
    spares = known_address and not limits.for_known_too
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer already
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    now = clock.now()
    here, own = Attempt.address_key == who.address, Attempt.account_key == who.account
    wait = max(
        _wait(limits.what, limits.of_address, here, *([own] if spares else [])),
        _wait(limits.what, limits.of_known if known_address else limits.of_account, own),
        _wait(limits.what, () if spares else limits.of_all),
    )
    if wait:
        raise TooMany(wait)
    db.session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    db.session.add(Attempt(at=now, what=limits.what, account_key=who.account, address_key=who.address))


def forgive(limits: Limits, who: Keys) -> None:
    """Take away what was counted for this account at this address: it succeeded."""
    db.session.execute(
        delete(Attempt).where(
            Attempt.what == limits.what, Attempt.account_key == who.account, Attempt.address_key == who.address
        )
    )


def _wait(what: str, limits: tuple[Limit, ...], *which: ColumnElement[bool]) -> int:
    """Seconds until one more of these attempts is within the limits; 0 when it is so already."""
    now, seconds = clock.now(), 0
    for limit in limits:
        moment = _newest(limit.times, now - limit.within, Attempt.what == what, *which)
        if moment:
            seconds = max(seconds, math.ceil((moment + limit.within - now).total_seconds()))
    return seconds


def _newest(place: int, since: datetime, *which: ColumnElement[bool]) -> datetime | None:
    """When the newest-but-so-many attempt since a moment was (place 1 is the newest); None when there are fewer."""
    return db.session.scalar(
        select(Attempt.at)
        .where(Attempt.at > since, *which)
        .order_by(Attempt.at.desc(), Attempt.id.desc())
        .offset(place - 1)
        .limit(1)
    )


def _network(address: str) -> str:
    """An address as it is counted: of IPv6 the /64, because one subscriber has all of that."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
