"""Answers: what is known of one partner for one question; and challenges of them."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import AppendOnly, Json, Model, UtcDateTime


class State(StrEnum):
    """The six honest answers; they are never merged (promise 1, row U2)."""

    STATED = "stated"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"
    NOT_STATED = "not_stated"
    EXPIRED = "expired"
    DISPUTED = "disputed"


STORED_STATES = (State.STATED, State.NO, State.NOT_APPLICABLE, State.NOT_STATED)
"""Expired and disputed follow from the clock and from challenges; they are never stored."""


class Level(IntEnum):
    """How well an answer is proven (criteria.md, section 1)."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4


class Source(StrEnum):
    """Who states it (R32)."""

    PARTNER = "partner"
    CURATOR = "curator"
    PUBLIC_PAGE = "public_page"
    REGISTER = "register"
    MEMBERS = "members"


class Answer(AppendOnly, Model):
    """One answer, never changed: a change is a new row that supersedes this one.

    That a place has one first row, and each row is superseded once, are constraints of the database, so two editors
    cannot both follow one row.
    """

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("state IN ('stated', 'no', 'not_applicable', 'not_stated')", name="state"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        Index("ix_answer_place", "partner_id", "criterion", "product"),
        Index(
            "uq_answer_first",
            *("partner_id", "criterion", "product"),
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    criterion: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    product: Mapped[str] = mapped_column(default="")
    """Code of the product it is about; empty for a question asked per partner."""
    state: Mapped[str]
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    source: Mapped[str]
    source_url: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    """What was seen."""
    level: Mapped[int]
    stated_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    checked_by_role: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[date | None]
    release: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), unique=True)

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)


class Challenge(Model):
    """Somebody says an answer is wrong; the fact shows as disputed until it is decided."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(default="")

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)
