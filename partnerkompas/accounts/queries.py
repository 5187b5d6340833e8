"""Questions about accounts; read only."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, column, select, table

from partnerkompas.accounts.models import Account, Interest, Representation, RoleGrant, SignedIn
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import Actor, PartnerRole, Permission, Role

_SIGN = r'[^@\s\x00-\x1f\x7f()<>\[\]:;,"\\]'
"""What may be in an address: nothing that mail reads as a comment, a list or a quote, so a mailbox has one text."""
_EMAIL = re.compile(rf"(?!.*=\?){_SIGN}{{1,64}}@{_SIGN}+\.(?:(?!\.){_SIGN}){{2,}}")
"""Nor "=?", which begins signs in another code: a line end, or a second @."""


COOLING_OFF = timedelta(days=365)
"""So long an interest that ended still counts: for who declared it or spoke for the partner."""

_MERGES = table("partner_merge", column("kept_id"), column("absorbed_id"), column("undone_at"))
"""Of `partners.models.Merge`, a room above this one, what a stake follows."""


def lower_case(email: str) -> str:
    """An e-mail address as accounts keep it; empty when it is not one."""
    email = email.strip().lower()
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) else ""


def by_email(email: str) -> Account | None:
    """The account with this address, in lower case."""
    return db.session.scalar(select(Account).where(Account.email == email))


def by_id(number: int) -> Account | None:
    """The account with this id."""
    return db.session.get(Account, number)


def with_ids(numbers: Iterable[int]) -> dict[int, Account]:
    """The accounts with these ids."""
    rows = db.session.scalars(select(Account).where(Account.id.in_(list(numbers))))
    return {row.id: row for row in rows}


def with_role(role: Role) -> list[Account]:
    """The accounts that have a role now."""
    has = select(RoleGrant.account_id).where(RoleGrant.role == role, RoleGrant.ended_at.is_(None))
    wanted = select(Account).where(Account.ended_at.is_(None), Account.id.in_(has)).order_by(Account.id)
    return list(db.session.scalars(wanted))


def somebody_else_may(besides: Actor, permission: Permission, subject: Any) -> bool:
    """Whether somebody else with a role may do something: else nobody does until there is another curator."""
    some = [*with_role(Role.CURATOR), *with_role(Role.ADMIN)]
    others = (each for each in some if each.id != besides.account_id)
    return any(may(actor(each), permission, subject) for each in others)


def grants() -> Sequence[RoleGrant]:
    """Every role that was ever granted, the newest first."""
    return db.session.scalars(select(RoleGrant).order_by(RoleGrant.id.desc())).all()


def subject(account: Account | None) -> str:
    """What the audit calls an account; one that does not exist is not named, what was typed may be a password."""
    return f"account/{account.id if account else 'unknown'}"


def actor(account: Account, *, full: bool = True) -> Actor:
    """The account as somebody who acts; without `full` no role counts, as the second step was not taken."""
    speaks = [each for each in representations(account.id) if each.granted_at is not None]
    return Actor(
        name=subject(account),
        account_id=account.id,
        roles=account.roles if full else frozenset(),
        represents=frozenset(each.partner_id for each in speaks),
        signs_for=frozenset(each.partner_id for each in speaks if each.role == PartnerRole.SIGNER),
        interests=stakes(account.id),
        organisation_id=account.organisation_id,
        email=account.email,
    )


def representations(account_id: int) -> Sequence[Representation]:
    """For which partners an account speaks or asked to, without what ended."""
    return db.session.scalars(
        select(Representation)
        .where(Representation.account_id == account_id, Representation.ended_at.is_(None))
        .order_by(Representation.id)
    ).all()


def all_representations(account_id: int) -> Sequence[Representation]:
    """Every request of an account to speak for a partner, also what was refused or ended."""
    return db.session.scalars(
        select(Representation).where(Representation.account_id == account_id).order_by(Representation.id)
    ).all()


def speaking() -> dict[int, list[int]]:
    """The numbers of the accounts that speak for a partner, by partner."""
    running = Representation.granted_at.is_not(None), Representation.ended_at.is_(None)
    found: dict[int, list[int]] = {}
    for row in db.session.scalars(select(Representation).where(*running).order_by(Representation.id)):
        found.setdefault(row.partner_id, []).append(row.account_id)
    return found


def interests(account_id: int) -> Sequence[Interest]:
    """The interests that an account declares now."""
    return db.session.scalars(
        select(Interest).where(Interest.account_id == account_id, Interest.ended_at.is_(None)).order_by(Interest.id)
    ).all()


def interests_that_ended(account_id: int) -> Sequence[Interest]:
    """The interests of an account that are over and still count, the first to end first."""
    wanted = select(Interest).where(Interest.account_id == account_id, _ended_lately(Interest))
    return db.session.scalars(wanted.order_by(Interest.ended_at, Interest.id)).all()


def counts_until(tie: Interest | Representation) -> datetime | None:
    """Until when a tie that ended still counts; None when it does not, or goes on."""
    never = tie.ended_at is None or (isinstance(tie, Representation) and tie.granted_at is None)
    until = None if never or tie.ended_at is None else tie.ended_at + COOLING_OFF
    return until if until is not None and until > clock.now() else None


def stakes(account_id: int) -> frozenset[int]:
    """The partners that an account has an interest in, or had or spoke for not long ago (rule of four eyes, H6, U12).

    Whoever could end an interest and decide at once would have none. A stake goes along with a partner that was merged:
    what the other took over is what was theirs (ADR 16). One question, as it is asked for every request.
    """
    declared = select(Interest.partner_id).where(
        Interest.account_id == account_id, Interest.ended_at.is_(None) | _ended_lately(Interest)
    )
    spoke_for = select(Representation.partner_id).where(
        Representation.account_id == account_id,
        Representation.granted_at.is_not(None),
        _ended_lately(Representation),
    )
    return frozenset(db.session.scalars(_and_what_they_went_into(declared.union(spoke_for).cte("tied"))))


def _ended_lately(tie: type[Interest | Representation]) -> ColumnElement[bool]:
    return tie.ended_at > clock.now() - COOLING_OFF


def _and_what_they_went_into(tied: CTE) -> Select[tuple[int]]:
    """Some partners, and those they were merged into, to the end of each chain."""
    all_of_them = select(tied.c.partner_id).cte("staked", recursive=True)
    onward = select(_MERGES.c.kept_id).join(all_of_them, _MERGES.c.absorbed_id == all_of_them.c.partner_id)
    all_of_them = all_of_them.union(onward.where(_MERGES.c.undone_at.is_(None)))
    return select(all_of_them.c.partner_id)


def key_hash(key: str) -> str:
    """What is kept of the key in a cookie; the key itself is 192 random bits, so one plain hash is enough."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def session_with(key: str) -> SignedIn | None:
    """The session whose cookie holds this key, when it was not ended."""
    return db.session.scalar(select(SignedIn).where(SignedIn.key_hash == key_hash(key), SignedIn.ended_at.is_(None)))


def sessions(account_id: int) -> Sequence[SignedIn]:
    """The sessions of an account that nobody ended, the newest first; some may be over by their age."""
    return db.session.scalars(
        select(SignedIn)
        .where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
        .order_by(SignedIn.id.desc())
    ).all()


CAME_BY_MAIL = "account:came_by_mail"


def is_known_at(account: Account, address_key: str, since: datetime) -> bool:
    """Whether the owner of an account came from this address since a moment, with the password or by a mailed link."""
    came = AuditRow.deed.in_(("account:signed_in", CAME_BY_MAIL))
    signed_in = select(AuditRow.after).where(AuditRow.account_id == account.id, came, AuditRow.at > since)
    return any(after["address"] == address_key for after in db.session.scalars(signed_in))
