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
    does not exist, nor again within the hour.
    """
    actor, deed = refused.actor, f"{DEED}{refused.permission}"
    if actor.account_id is None or refused.because == "exists":
        return
    subject = _name_of(refused.subject)
    with unit_of_work():
        lately = AuditRow.account_id == actor.account_id, AuditRow.at > clock.now() - ONCE_IN
        rows = select(AuditRow.deed, AuditRow.subject).where(*lately, AuditRow.deed.startswith(DEED))
        known = {(row.deed, row.subject) for row in db.session.execute(rows)}
        if (deed, subject) not in known and len(known) < MOST:
            audit.record(db.session, actor, deed, subject, after={"because": refused.because})


def _name_of(subject: Any) -> str:
    """What the log calls a subject; never by what somebody typed."""
    if subject is None:
        return "site"
    if isinstance(subject, Partner):
        return f"partner/{subject.slug}"
    if hasattr(subject, "__tablename__"):
        return f"{subject.__tablename__}/{subject.id}"
    return f"partner/{partner_of(subject)}"
