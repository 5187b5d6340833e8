"""What other parts still have to hear of: rows written in the transaction of the change itself.

A row says which thing must be read again, never what changed, so that applying it twice does no harm. Row ids rise in
the order of commits, so "everything up to this id" has a meaning (see `tell`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import event as sa_event
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import AnySession, AppendOnly, Model, UtcDateTime

TOLD = "news was written"
"""Under this name a session knows that its transaction wrote news."""
_ORDER_LOCK = 20261122


class Outbox(AppendOnly, Model):
    """One thing to read again: a topic ("partner", "criteria") and which one of it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    subject: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


@runtime_checkable
class Newsworthy(Protocol):
    """A row that others must hear of when it changes."""

    def news(self) -> tuple[str, str]:
        """Topic and subject for the outbox."""
        ...


def tell(session: AnySession, news: Iterable[tuple[str, str]]) -> None:
    """Write news into the outbox, in the transaction of the session.

    On PostgreSQL a lock held to the end of the transaction keeps ids in the order of commits; SQLite has one writer.
    """
    rows: list[dict[str, Any]] = [
        {"topic": topic, "subject": subject, "written_at": clock.now()} for topic, subject in dict.fromkeys(news)
    ]
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ORDER_LOCK})
    session.execute(insert(Outbox), rows)
    session.info[TOLD] = True


@sa_event.listens_for(Session, "after_flush")
def _tell_of_flushed(session: Session, context: object) -> None:
    changed = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    tell(session, [row.news() for row in changed if isinstance(row, Newsworthy)])


def last_number(session: AnySession) -> int:
    """The number of the newest row; 0 when there is none."""
    return newest(session)[0]


def newest(session: AnySession) -> tuple[int, str]:
    """The number of the newest row and when it was written; (0, "") when there is none."""
    row = session.connection().execute(_NEWEST).first()
    return (row.id, row.written_at.isoformat()) if row else (0, "")


_NEWEST = select(Outbox.id, Outbox.written_at).order_by(Outbox.id.desc()).limit(1)
"""Asked by every page that shows somebody new; a session would look at objects first."""


def told_at(session: AnySession, number: int) -> str:
    """When a row was written, "" when it is not there: a number alone does not tell one database from another."""
    written = session.scalar(select(Outbox.written_at).where(Outbox.id == number))
    return written.isoformat() if written else ""


def news_since(session: AnySession, number: int) -> list[tuple[int, str, str]]:
    """What was written after a number, oldest first: (number, topic, subject)."""
    rows = session.execute(
        select(Outbox.id, Outbox.topic, Outbox.subject).where(Outbox.id > number).order_by(Outbox.id)
    )
    return [(row.id, row.topic, row.subject) for row in rows]
