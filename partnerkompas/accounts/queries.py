"""Questions about accounts; read only."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from partnerkompas.accounts.models import Account, SignInAttempt
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.permissions.vocabulary import Actor


def by_email(email: str) -> Account | None:
    """The account with this address, in lower case."""
    return db.session.scalar(select(Account).where(Account.email == email))


def by_id(number: int) -> Account | None:
    """The account with this id."""
    return db.session.get(Account, number)


def actor(account: Account) -> Actor:
    """The account as somebody who acts."""
    return Actor(name=account.email, account_id=account.id, roles=account.roles)


def subject(account: Account | None) -> str:
    """What the audit calls an account; one that does not exist is not named, what was typed may be a password."""
    return f"account/{account.id if account else 'unknown'}"


def newest_attempt(place: int, since: datetime, *which: ColumnElement[bool]) -> datetime | None:
    """When the newest-but-so-many attempt since a moment was (place 1 is the newest); None when there are fewer."""
    return db.session.scalar(
        select(SignInAttempt.at)
        .where(SignInAttempt.at > since, *which)
        .order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc())
        .offset(place - 1)
        .limit(1)
    )


def has_signed_in_from(account: Account, address_key: str, since: datetime) -> bool:
    """Whether somebody gave the right password of this account from this address, since a moment."""
    signed_in = select(AuditRow.after).where(
        AuditRow.account_id == account.id, AuditRow.deed == "account:signed_in", AuditRow.at > since
    )
    return any(after["address"] == address_key for after in db.session.scalars(signed_in))
