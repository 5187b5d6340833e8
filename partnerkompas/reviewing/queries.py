"""Questions about what waits to be checked; read only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import Select, case, func, select

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, Level, Review, Source, State
from partnerkompas.answers.queries import Place
from partnerkompas.infra import clock
from partnerkompas.infra.db import db

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer of a partner that no curator has looked at, with the one it took the place of."""

    answer: Answer
    before: Answer | None


def waiting() -> list[Waiting]:
    """What partners stated and no curator looked at, oldest first: what stands now, and is more than silence."""
    rows = db.session.scalars(_unseen().order_by(Answer.id).limit(MOST)).all()
    earlier = {row.id: row for row in answers.by_ids({row.supersedes_id for row in rows if row.supersedes_id})}
    return [Waiting(row, earlier.get(row.supersedes_id or 0)) for row in rows]


def in_turn(found: Sequence[Waiting]) -> list[Waiting]:
    """What waits as it is taken: partner by partner, first whose oldest answer waits longest."""
    first: dict[int, int] = {}
    for each in found:
        first.setdefault(each.answer.partner_id, each.answer.id)
    return sorted(found, key=lambda each: (first[each.answer.partner_id], each.answer.id))


class Pile(NamedTuple):
    """What waits at one partner."""

    partner_id: int
    oldest: int
    """The id of the answer that waits longest."""
    since: datetime
    answers: int
    late: int


def piles(late_since: datetime) -> list[Pile]:
    """What waits by partner, all of it, the oldest first; late is what was recorded up to a moment."""
    ids = _unseen().with_only_columns(Answer.id)
    late = func.sum(case((Answer.recorded_at <= late_since, 1), else_=0))
    rows = db.session.execute(
        select(Answer.partner_id, func.min(Answer.id), func.min(Answer.recorded_at), func.count(), late)
        .where(Answer.id.in_(ids))
        .group_by(Answer.partner_id)
        .order_by(func.min(Answer.id))
    )
    return [Pile(*row) for row in rows]


def _unseen() -> Select[Answer]:
    return answers.newest().where(
        Answer.source == Source.PARTNER,
        Answer.provided_by.is_not(None),
        Answer.level == Level.E1,
        Answer.state != State.NOT_STATED,
        Answer.id.not_in(select(Review.answer_id)),
    )


def own_answer(place: Place) -> Answer | None:
    """What the partner itself says at a place, as long as it holds: also when a curator has checked or proved it."""
    rows, today = answers.every_at(place), clock.today()
    for row in takewhile(lambda row: (row.state, row.value) == (rows[0].state, rows[0].value), rows):
        holds = row.valid_until is None or row.valid_until >= today
        if row.source == Source.PARTNER and row.state != State.NOT_STATED and holds:
            return row
    return None


def reviews(answer: Answer) -> Sequence[Review]:
    """What curators said of an answer, oldest first."""
    return db.session.scalars(select(Review).where(Review.answer_id == answer.id).order_by(Review.id)).all()
