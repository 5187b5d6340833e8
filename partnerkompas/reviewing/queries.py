"""Questions about what waits to be checked; read only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, Level, Review, Source, State
from partnerkompas.infra.db import db

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer of a partner that no curator has looked at, with the one it took the place of."""

    answer: Answer
    before: Answer | None


def waiting(partner_id: int | None = None) -> list[Waiting]:
    """What partners stated and no curator looked at, oldest first: what stands now, and is more than silence."""
    looked_at = select(Review.answer_id)
    wanted = (
        answers.newest()
        .where(
            Answer.source == Source.PARTNER,
            Answer.provided_by.is_not(None),
            Answer.level == Level.E1,
            Answer.state != State.NOT_STATED,
            Answer.id.not_in(looked_at),
        )
        .order_by(Answer.id)
        .limit(MOST)
    )
    if partner_id is not None:
        wanted = wanted.where(Answer.partner_id == partner_id)
    rows = db.session.scalars(wanted).all()
    earlier = {row.id: row for row in answers.by_ids({row.supersedes_id for row in rows if row.supersedes_id})}
    return [Waiting(row, earlier.get(row.supersedes_id or 0)) for row in rows]


def reviews(answer: Answer) -> Sequence[Review]:
    """What curators said of an answer, oldest first."""
    return db.session.scalars(select(Review).where(Review.answer_id == answer.id).order_by(Review.id)).all()
