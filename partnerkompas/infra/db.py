"""The database: one SQLAlchemy for the application, the same on SQLite and PostgreSQL."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

MOST_THREADS = 64
"""So many requests at most are answered at the same moment."""

POOL = {"pool_size": 16, "max_overflow": MOST_THREADS, "pool_timeout": 8}
"""Connections that are kept, and that are made besides when many ask: one for each thread and some for who needs a
second for a moment, or works beside the requests. PostgreSQL usually has 100. Whoever gets none in so many seconds is
answered with 503."""

SILENCE = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3_000,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""What a connection to PostgreSQL begins with: a network that loses everything is noticed within seconds (REL-11) and
not after the quarter of an hour of the system. `tcp_user_timeout` is in milliseconds, the others are in seconds."""

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether this request or command means to write: SQLite then takes its write lock at the start."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; kept in UTC, refused without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Row(DeclarativeBase):
    """What every table has in common: names of constraints that migrations can refer to."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Row)

AnySession = Session | scoped_session[Any]


def look_anew() -> None:
    """Let the session see what is committed by now, and nothing later: PostgreSQL else looks anew at each statement.

    Then a number could be read before a change and the partners after it, and two readings of one number differ.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


if TYPE_CHECKING:
    Model = Row
else:
    Model = db.Model


class AppendOnly:
    """Rows of such a table are added and never changed or removed."""


class RewritesHistory(RuntimeError):
    """Somebody tried to change or remove a row that is append-only."""


@event.listens_for(Session, "before_flush")
def _refuse_rewriting(session: Session, context: object, instances: object) -> None:
    touched: Iterable[Any] = [*(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    for row in touched:
        if isinstance(row, AppendOnly):
            raise RewritesHistory(f"{type(row).__name__} is append-only")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: object) -> None:
    """WAL with full sync: an acknowledged change survives a crash and a power cut (REL-02)."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # SQLAlchemy begins transactions itself, see below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a deferred BEGIN loses writes that run at the same time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def engine_options(address: str) -> dict[str, Any]:
    """How SQLAlchemy makes the engine of a database."""
    options: dict[str, Any] = {"hide_parameters": True}  # what people wrote does not belong in a log of errors
    if not address.endswith(("://", ":memory:")):  # in memory there is one connection for all
        options |= POOL
    return {**options, "connect_args": SILENCE} if address.startswith("postgresql") else options
