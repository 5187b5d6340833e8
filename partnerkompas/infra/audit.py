"""Who did what to which thing, when, with before and after: append-only (SEC-24, row O1)."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import AnySession, AppendOnly, Json, Model, UtcDateTime


class AuditRow(AppendOnly, Model):
    """One deed. `actor` is a readable name; `account_id` is there when a person with an account did it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    actor: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(index=True)
    deed: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    after: Mapped[Any] = mapped_column(Json, nullable=True)


def record(
    session: AnySession, actor: Any, deed: str, subject: str, *, before: Any = None, after: Any = None
) -> AuditRow:
    """Add one deed to the audit, in the transaction of the change.

    `actor` has a `name` and an `account_id`; `deed` is a permission or event such as "partner:edit"; `subject` names
    the thing as "partner/<slug>"; `before` and `after` are JSON.
    """
    row = AuditRow(
        actor=actor.name, account_id=actor.account_id, deed=deed, subject=subject, before=before, after=after
    )
    session.add(row)
    return row
