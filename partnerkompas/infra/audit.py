"""Who did what to which thing, when, with before and after: append-only and chained (SEC-24, row O1).

Each row has a link: a SHA-256 over its content and the link before it, so that no row can be changed, removed or put in
between without all later links telling (ADR 19). Links are made when a transaction commits, for only then is it known
which row comes after which; `infra/audit_check.py` walks them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, event, insert, inspect, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from partnerkompas.infra import clock
from partnerkompas.infra.db import AnySession, AppendOnly, Json, Model, UtcDateTime

WRITTEN = "rows of the audit to chain"
"""Under this name a session keeps the rows it wrote, until it commits."""


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


class AuditLink(AppendOnly, Model):
    """The place of a row in the chain (1, 2, 3, …, in the order of commits) and its hash."""

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    hash: Mapped[str]


class AuditHead(Model):
    """The newest link, in the one row of its table: who commits holds it. A trigger moves it when links are added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str]


CHAINED = ("id", "at", "actor", "account_id", "deed", "subject", "before", "after")
"""What of a row its hash covers: all of it."""


def record(
    session: AnySession, actor: Any, deed: str, subject: str, *, before: Any = None, after: Any = None
) -> AuditRow:
    """Add one deed to the audit, in the transaction of the change.

    `actor` has a `name` and an `account_id`; `deed` is a permission or event such as "partner:edit"; `subject` names
    the thing as "partner/<slug>"; `before` and `after` are JSON. Nothing that must be erasable may be in them (ADR 14).
    """
    row = AuditRow(
        actor=actor.name, account_id=actor.account_id, deed=deed, subject=subject, before=before, after=after
    )
    session.add(row)
    return row


def linked(hash_before: str, rows: Iterable[Mapping[Any, Any]]) -> Iterator[str]:
    """The hashes of rows that follow on one another, after a link ("" before the first): content as in CHAINED."""
    for row in rows:
        hash_before = hashlib.sha256((hash_before + canonical(row)).encode()).hexdigest()
        yield hash_before


def canonical(row: Mapping[Any, Any]) -> str:
    """The content of a row as the one JSON text that both databases give back: keys sorted, ASCII, 2.0 as 2."""
    content = {name: row[name] for name in CHAINED}
    content["at"] = row["at"].astimezone(UTC).isoformat()
    read_back = json.loads(json.dumps(content), parse_float=_number)
    return json.dumps(read_back, sort_keys=True, separators=(",", ":"))


def _number(written: str) -> float:
    number = float(written)
    return int(number) if number.is_integer() else number


@event.listens_for(AuditRow, "after_insert")
def _remember(mapper: Mapper[AuditRow], connection: Connection, row: AuditRow) -> None:
    session = object_session(row)
    assert session is not None, "a row is inserted by its session"
    session.info.setdefault(WRITTEN, []).append(row)


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    """Link what this transaction wrote, as the last thing it does.

    On PostgreSQL the head is held until the commit, so a second writer waits for that and goes on from what it left;
    as every transaction takes it last, nobody who holds it waits for anything else. SQLite has one writer.
    """
    if session.in_nested_transaction():
        return
    session.flush()
    rows = [row for row in session.info.pop(WRITTEN, ()) if not inspect(row).transient]  # not what was rolled back
    if not rows:
        return
    number, newest = session.execute(select(AuditHead.number, AuditHead.hash).with_for_update()).one()
    hashes = linked(newest, [{name: getattr(row, name) for name in CHAINED} for row in rows])
    links = [
        {"number": number + place, "audit_id": row.id, "hash": each}
        for place, (row, each) in enumerate(zip(rows, hashes, strict=True), start=1)
    ]
    # what is returned makes it few statements for many rows, and the trigger moves the head once in each
    session.execute(insert(AuditLink).returning(AuditLink.number), links)
