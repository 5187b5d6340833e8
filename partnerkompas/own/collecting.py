"""Everything that is known of one account, as JSON (GDPR art. 15 and 20)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from partnerkompas.accounts.models import (
    Account,
    Authenticator,
    Interest,
    Representation,
    RoleGrant,
    SignedIn,
)
from partnerkompas.answers.models import Answer, Challenge, EvidenceFile, Review, Signature
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import Model, db
from partnerkompas.infra.mail import Mail
from partnerkompas.membership import queries as membership
from partnerkompas.membership.models import Link
from partnerkompas.messages.models import Message
from partnerkompas.own import terms
from partnerkompas.saved.models import SavedSearch
from partnerkompas.second_factor.models import RecoveryCode

SECRET = frozenset({"password_hash", "key_hash", "token_hash", "code_hash", "secret", "body", "stored_as"})
"""What opens an account is not taken along: whoever finds the file could use it."""


def collected(account: Account, evidence_days: int) -> dict[str, Any]:
    """Every row about an account or by it, by table, and how long such things are kept; times as ISO 8601 in UTC."""
    number = account.id
    organisation = membership.organisation(account.organisation_id) if account.organisation_id else None
    rows: dict[str, Any] = {
        table.__tablename__: _rows(table, table.account_id == number)
        for table in (RoleGrant, SignedIn, Authenticator, RecoveryCode, Representation, Interest, Message, SavedSearch)
    }
    return {
        "kept_for": dict(terms.in_words(evidence_days)),
        "account": _plain(account),
        "organisation": _plain(organisation) if organisation else None,
        **rows,
        "answer": _rows(Answer, Answer.provided_by == number),
        "signature": _rows(Signature, Signature.signed_by == number),
        "review": _rows(Review, Review.reviewed_by == number),
        "challenge": _rows(Challenge, Challenge.opened_by == number),
        "evidence_file": _rows(EvidenceFile, EvidenceFile.added_by == number),
        "link": _rows(Link, or_(Link.email == account.email, Link.account_id == number)),
        "mail": _rows(Mail, Mail.to == account.email),
        "audit": _rows(AuditRow, or_(AuditRow.account_id == number, AuditRow.subject == f"account/{number}")),
    }


def _rows(table: type[Model], which: Any) -> list[dict[str, Any]]:
    return [_plain(row) for row in db.session.scalars(select(table).where(which).order_by(table.id))]  # type: ignore[attr-defined]


def _plain(row: Any) -> dict[str, Any]:
    names = [name for name in type(row).__table__.columns.keys() if name not in SECRET]  # noqa: SIM118 - not a dict
    return {name: _value(getattr(row, name)) for name in names}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
