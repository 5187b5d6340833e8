"""Questions about what waits to be checked; read only."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, case, func, select

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, Level, Review, Source, State
from partnerkompas.infra.db import db
from partnerkompas.infra.paging import Counts
from partnerkompas.partners.models import Partner, PartnerStatus


class Pile(NamedTuple):
    """What waits at one partner."""

    partner_id: int
    oldest: int
    """The id of the answer that waits longest."""
    since: datetime
    answers: int


def piles(limit: int, offset: int = 0) -> list[Pile]:
    """What waits by partner, the oldest first."""
    rows = db.session.execute(
        select(Answer.partner_id, func.min(Answer.id), func.min(Answer.recorded_at), func.count())
        .where(Answer.id.in_(_unseen().with_only_columns(Answer.id)))
        .group_by(Answer.partner_id)
        .order_by(func.min(Answer.id))
        .limit(limit)
        .offset(offset)
    )
    return [Pile(*row) for row in rows]


def how_many_wait(late_since: datetime) -> Counts:
    """At how many partners answers wait, how many answers, and how many of them since a moment or longer."""
    late = func.sum(case((Answer.recorded_at <= late_since, 1), else_=0))
    wanted = select(func.count(Answer.partner_id.distinct()), func.count(), late)
    partners, total, overdue = db.session.execute(
        wanted.where(Answer.id.in_(_unseen().with_only_columns(Answer.id)))
    ).one()
    return Counts(partners, total, overdue or 0)


def part(limit: int, offset: int) -> Sequence[Answer]:
    """A part of everything that waits, as it is taken: partner by partner, first whose oldest answer waits longest."""
    first = func.min(Answer.id).over(partition_by=Answer.partner_id)
    return db.session.scalars(_unseen().order_by(first, Answer.id).limit(limit).offset(offset)).all()


def _unseen() -> Select[Answer]:
    """Of who left the directory nothing waits: nobody reads it, and what a merge copied waits at the other."""
    gone = select(Partner.id).where(Partner.status == PartnerStatus.DELISTED)
    return answers.newest().where(
        Answer.partner_id.not_in(gone),
        Answer.source == Source.PARTNER,
        Answer.provided_by.is_not(None),
        Answer.level == Level.E1,
        Answer.state != State.NOT_STATED,
        Answer.id.not_in(select(Review.answer_id)),
    )


def waits(answer: Answer) -> bool:
    """Whether an answer waits to be checked."""
    return db.session.scalar(_unseen().with_only_columns(Answer.id).where(Answer.id == answer.id)) is not None


def reviews(answer: Answer) -> Sequence[Review]:
    """What curators said of an answer, oldest first."""
    return db.session.scalars(select(Review).where(Review.answer_id == answer.id).order_by(Review.id)).all()
