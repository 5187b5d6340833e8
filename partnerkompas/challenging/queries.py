"""Questions about challenges; read only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from partnerkompas.answers.models import Challenge, Outcome
from partnerkompas.challenging.working_days import working_days_after
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner, PartnerStatus

HEARD_FOR, DECIDED_WITHIN = 10, 15
"""Working days, from the day after it was opened."""
MOST = 200


def by_id(number: int) -> Challenge | None:
    """The challenge with this id."""
    return db.session.get(Challenge, number)


def of_answer(answer_id: int) -> Challenge | None:
    """The newest challenge of an answer, open or decided."""
    return db.session.scalars(
        select(Challenge).where(Challenge.answer_id == answer_id).order_by(Challenge.id.desc())
    ).first()


def open_ones() -> Sequence[Challenge]:
    """Every challenge that was not decided, oldest first."""
    return db.session.scalars(select(Challenge).where(Challenge.decided_at.is_(None)).order_by(Challenge.id)).all()


def corrections() -> Sequence[tuple[Challenge, Partner]]:
    """What was corrected after a challenge, newest first, of listed partners only."""
    rows = db.session.execute(
        select(Challenge, Partner)
        .join(Partner, Partner.id == Challenge.partner_id)
        .where(Challenge.outcome == Outcome.CORRECTED, Partner.status == PartnerStatus.LISTED)
        .order_by(Challenge.decided_at.desc(), Challenge.id.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def heard_until(challenge: Challenge) -> date:
    """The last day on which the partner is heard."""
    return challenge.heard_until or working_days_after(clock.day_of(challenge.opened_at), HEARD_FOR)


def due_on(challenge: Challenge) -> date:
    """The day by which a curator decides."""
    return working_days_after(clock.day_of(challenge.opened_at), DECIDED_WITHIN)


def is_overdue(challenge: Challenge) -> bool:
    """Whether it should have been decided."""
    return challenge.decided_at is None and due_on(challenge) < clock.today()


def was_heard(challenge: Challenge) -> bool:
    """Whether the partner has said something, or had the time to: before that nothing adverse is decided (R31)."""
    return challenge.responded_at is not None or heard_until(challenge) < clock.today()
