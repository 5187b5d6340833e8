"""Challenges: somebody says that an answer is wrong; what is disputed shows so until a curator decides (row G13)."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, exists, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from partnerkompas.answers import since
from partnerkompas.answers.models import Answer, Review
from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime, db
from partnerkompas.infra.working_days import working_days_after
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Delisting, Merge, Partner


class Outcome(StrEnum):
    """How a challenge ended."""

    CORRECTED = "corrected"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


DECIDED_WITHIN = 15
"""Working days for a curator to decide on a challenge, from the day after it was opened."""
CORRECTED_WITHIN = 5
"""Working days in which a correction of the partner itself is listed with the others."""


def decided_by(opened_at: datetime, back_at: datetime | None = None, corrected_at: datetime | None = None) -> date:
    """The last day of the term to decide on a challenge that was opened at a moment (R33).

    It is sooner once the partner itself has corrected what was disputed. While the partner is not in the directory a
    challenge rests; once it is back both terms begin anew (ADR 16). `challenging.queries` says the same in SQL.
    """
    usual = working_days_after(clock.day_of(max(opened_at, back_at or opened_at)), DECIDED_WITHIN)
    if corrected_at is None:
        return usual
    corrected_on = clock.day_of(max(corrected_at, back_at or corrected_at))
    return min(usual, working_days_after(corrected_on, CORRECTED_WITHIN))


class Challenge(Model):
    """Somebody says an answer is wrong; its place shows as disputed until it is decided, whatever is answered since."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    """The answer it was opened against; another may have taken its place since."""
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    heard_until: Mapped[date | None]
    """The last day on which the partner is heard: ten working days after it was opened (R31)."""
    response: Mapped[str] = mapped_column(default="")
    """What the partner says to it."""
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(default="")
    """An Outcome, or empty while it is open."""
    decision: Mapped[str] = mapped_column(default="")
    """The reasons of the decision; public."""
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    """The answer that took the place of the wrong one."""
    _stated_by: Mapped[str | None] = column_property(since.who_stated(Answer.__table__, answer_id))
    _checked_by: Mapped[str | None] = column_property(since.who_checked(Answer.__table__, Review.__table__, answer_id))
    _others_merged_in: Mapped[bool] = column_property(
        exists().where(Merge.kept_id == partner_id).correlate_except(Merge)
    )
    """Whether something may have been copied to its place: only then that is asked."""
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the partner itself says something else than what was disputed; empty when it does not."""
    back_at: Mapped[datetime | None] = column_property(
        select(func.max(Delisting.ended_at))
        .where(Delisting.partner_id == partner_id, Delisting.done_at.is_not(None))
        .correlate_except(Delisting)
        .scalar_subquery()
    )
    """When the partner came back into the directory; empty when it was never away."""
    left_at: Mapped[datetime | None] = column_property(
        select(Delisting.done_at)
        .where(Delisting.partner_id == partner_id, Delisting.ended_at.is_(None))
        .correlate_except(Delisting)
        .scalar_subquery()
    )
    """Since when the partner is out of the directory; empty while it is there."""

    @property
    def vouched_by(self) -> frozenset[int]:
        """The accounts that stated, checked or copied what is disputed, or what was said at its place since."""
        told = f"{self._stated_by or ''},{self._checked_by or ''}".split(",")
        vouching = frozenset(int(number) for number in told if number)
        return vouching | _vouching_for_copies(self) if self._others_merged_in else vouching

    @property
    def is_listed(self) -> bool:
        """Whether its partner is in the directory, so that it is public and its terms run."""
        return db.session.get_one(Partner, self.partner_id).is_listed

    @property
    def is_of_absorbed(self) -> bool:
        """Whether its partner was public and went on in another that is: what was decided stays to be read."""
        return self.decided_at is not None and self.partner_id in set(db.session.scalars(partners.went_on()))

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)


def _vouching_for_copies(challenge: Challenge) -> frozenset[int]:
    """Who vouches for what merges copied to a disputed place: who merged, and who checked what was copied (ADR 16)."""
    disputed = db.session.get_one(Answer, challenge.answer_id)
    here = Answer.partner_id == disputed.partner_id, *_at(disputed), Answer.id >= disputed.id
    since_then = db.session.scalars(select(Answer).where(*here).order_by(Answer.id))
    return frozenset(number for each in since_then for number in _vouching_for_copy(each))


def _vouching_for_copy(answer: Answer) -> Iterator[int]:
    """Empty for an answer that no merge copied; what was copied may be a copy itself."""
    for merge in db.session.scalars(select(Merge).where(Merge.kept_id == answer.partner_id).order_by(Merge.id)):
        if answer.id in merge.did["answers"]:
            there = Answer.partner_id == merge.absorbed_id, *_at(answer), Answer.id < answer.id
            original = db.session.scalars(select(Answer).where(*there).order_by(Answer.id.desc()).limit(1)).one()
            looked_at = original.id, original.supersedes_id  # checking makes a new answer of the one that was looked at
            checked = select(Review.reviewed_by).where(Review.answer_id.in_(looked_at), Review.outcome == "checked")
            yield from filter(None, (merge.merged_by, *db.session.scalars(checked.order_by(Review.id))))
            yield from _vouching_for_copy(original)


def _at(answer: Answer) -> tuple[ColumnElement[bool], ...]:
    return Answer.criterion == answer.criterion, Answer.product == answer.product
