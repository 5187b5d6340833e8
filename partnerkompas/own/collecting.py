"""Everything that is known of one account, as JSON (GDPR art. 15 and 20)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from partnerkompas.accounts.models import Account
from partnerkompas.infra.db import db
from partnerkompas.own import terms

ABOUT_OR_BY = {
    "role_grant": ("account_id",),
    "signed_in": ("account_id",),
    "authenticator": ("account_id",),
    "recovery_code": ("account_id",),
    "representation": ("account_id",),
    "interest": ("account_id",),
    "message": ("account_id",),
    "saved_search": ("account_id",),
    "link": ("account_id",),
    "answer": ("provided_by",),
    "draft": ("edited_by",),
    "evidence_file": ("added_by",),
    "signature": ("signed_by",),
    "review": ("reviewed_by",),
    "challenge": ("opened_by",),
    "partner_merge": ("merged_by", "undone_by"),
    "not_the_same": ("noted_by",),
}
"""The tables with rows about an account or by it, and the columns that say so."""
DECIDED = {
    "representation": (("decided_by",), ("id", "granted_at", "ended_at")),
    "challenge": (("decided_by",), ("id", "outcome", "decided_at")),
    "delisting": (("announced_by", "ended_by"), ("id", "kind", "due_on", "announced_at", "ended_at")),
}
"""What the account decided about others: of those rows only what was decided when, and nothing of what others wrote."""
OF_OTHERS = frozenset({"link.made_by"})
"""Rows about somebody else, whom the account invited: no personal data of others is taken along, nor who invited it."""
SECRET = frozenset({"password_hash", "key_hash", "token_hash", "code_hash", "secret", "body", "stored_as"})
"""What opens an account is not taken along: whoever finds the file could use it."""


def collected(account: Account, evidence_days: int) -> dict[str, Any]:
    """Every row about an account or by it, by table, and how long such things are kept; times as ISO 8601 in UTC."""
    number, tables = account.id, db.metadata.tables
    which = {name: [tables[name].c[column] == number for column in columns] for name, columns in ABOUT_OR_BY.items()}
    which["link"].append(tables["link"].c.email == account.email)
    which["mail"] = [tables["mail"].c.to == account.email]
    which["audit"] = [tables["audit"].c.account_id == number, tables["audit"].c.subject == f"account/{number}"]
    (own,) = _rows("account", [tables["account"].c.id == number])
    organisation = _rows("organisation", [tables["organisation"].c.id == account.organisation_id])
    return {
        "kept_for": dict(terms.in_words(evidence_days)),
        "account": own,
        "organisation": organisation[0] if organisation else None,
        **{name: _rows(name, either) for name, either in which.items()},
        "decided": {name: _decided(name, number) for name in DECIDED},
    }


def _decided(name: str, number: int) -> list[dict[str, Any]]:
    table, (columns, told) = db.metadata.tables[name], DECIDED[name]
    rows = _rows(name, [table.c[column] == number for column in columns])
    return [{each: row[each] for each in told} for row in rows]


def _rows(name: str, either: list[ColumnElement[bool]]) -> list[dict[str, Any]]:
    table = db.metadata.tables[name]
    rows = db.session.execute(select(table).where(or_(*either)).order_by(table.c.id))
    return [_plain(dict(row)) for row in rows.mappings()]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if name not in SECRET and name != "made_by"}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
