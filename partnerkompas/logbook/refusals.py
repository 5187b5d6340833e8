"""Attempts that the policy refused, in the log (row U12): who, what, about what, and which condition did not hold."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from partnerkompas.infra import audit, clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.facts import partner_of
from partnerkompas.permissions.policy import NotAllowed

ONCE_IN = timedelta(hours=1)
MOST = 60
"""So many rows of one account within that time: nobody fills the log by trying every address."""
DEED = "refused:"


def note(refused: NotAllowed) -> None:
    """Write down that somebody who is signed in was refused something, in a transaction of its own.

    What the request did before is undone by it, as it would be anyhow. Nothing is written of a visitor, nor of what
    does not exist, nor again within the hour. Of who has no role nothing is written about what is hidden from them:
    they read their own rows in the log, which would tell that it is there.
    """
    actor, deed = refused.actor, f"{DEED}{refused.permission}"
    if actor.account_id is None or refused.because == "exists" or (refused.hidden and not actor.roles):
        return
    subject = _name_of(refused.subject)
    if not _is_new(actor.account_id, deed, subject):  # looked at without the lock, so that repeating it stops nobody
        return
    with unit_of_work():
        if _is_new(actor.account_id, deed, subject):
            audit.record(db.session, actor, deed, subject, after={"because": refused.because})


def _is_new(account_id: int, deed: str, subject: str) -> bool:
    """Whether this is to be written down: not within the hour yet, and not too many of this account."""
    lately = AuditRow.account_id == account_id, AuditRow.at > clock.now() - ONCE_IN
    rows = select(AuditRow.deed, AuditRow.subject).where(*lately, AuditRow.deed.startswith(DEED))
    known = {(row.deed, row.subject) for row in db.session.execute(rows)}
    return (deed, subject) not in known and len(known) < MOST


def _name_of(subject: Any) -> str:
    """What the log calls a subject; never by what somebody typed."""
    if subject is None:
        return "site"
    if isinstance(subject, Partner):
        return f"partner/{subject.slug}"
    if hasattr(subject, "__tablename__"):
        return f"{subject.__tablename__}/{subject.id}"
    return f"partner/{partner_of(subject)}"
