"""Answers: what is known of one partner for one question; with drafts, proof, signatures and reviews."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, exists, select, text
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import AppendOnly, Json, Model, UtcDateTime, db


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
        Index(
            "ix_answer_file_id",
            "file_id",
            sqlite_where=text("file_id IS NOT NULL"),
            postgresql_where=text("file_id IS NOT NULL"),
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
    """What was seen; as long as nobody checked what a partner states, what it says that can be seen."""
    level: Mapped[int]
    stated_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    checked_by_role: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[date | None]
    release: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    """A short note of who stated it, at most 280 characters (row A1); it is never used to find or order partners."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_file.id"))
    """A file that proves it; only who may see it gets it."""
    provided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The account that stated it: nobody checks what they provided themselves."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), unique=True)

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)


class Draft(Model):
    """What is being filled in for a partner and was not signed yet; all who speak for the partner share it."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("partner_id", "criterion", "product"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    criterion: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    product: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    """One of STORED_STATES."""
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    note: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    """What link or file shows."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_file.id"))
    valid_until: Mapped[date | None]
    """How long the evidence holds, when that is shorter than the question says."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each change: who saves says which version was on the page (REL-05)."""
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class EvidenceFile(Model):
    """A file that proves an answer. It lies outside the web root, under a random name."""

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    stored_as: Mapped[str] = mapped_column(unique=True)
    """Its random name in the folder of evidence."""
    called: Mapped[str]
    """As it was called where it came from; only shown."""
    media_type: Mapped[str]
    """By its content: application/pdf, image/png or image/jpeg."""
    size: Mapped[int]
    """In bytes."""
    sha256: Mapped[str]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its content was removed; that it was there stays."""
    is_signed: Mapped[bool] = column_property(exists().where(Answer.file_id == id).correlate_except(Answer))
    """Whether an answer has it: what only a draft has is not a curator's to see."""

    @property
    def also_proves(self) -> frozenset[int]:
        """The other partners of which it proves an answer that stands: a merge copied that (ADR 16)."""
        later = aliased(Answer)
        stands = ~exists().where(later.supersedes_id == Answer.id)
        others = select(Answer.partner_id).where(
            Answer.file_id == self.id, Answer.partner_id != self.partner_id, stands
        )
        return frozenset(db.session.scalars(others))


class Signature(AppendOnly, Model):
    """A release of a profile: somebody who may sign states that its answers are true (row A10)."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    number: Mapped[int]
    """1 for the first release of this profile, and so on."""
    release: Mapped[str]
    """Of the criteria that were answered."""
    statement: Mapped[str]
    """The statement of conduct, as it was read and signed."""
    answers: Mapped[int]
    """How many answers became public with it."""
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @property
    def language(self) -> str:
        """In which language it was read and signed: our statement in English begins with "I"."""
        return "en" if self.statement.startswith("I ") else "nl"


class Review(AppendOnly, Model):
    """A curator looked at an answer: checked it, or asked the partner about it."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("outcome IN ('checked', 'questioned')", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    """What was seen, or what the question is."""
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
