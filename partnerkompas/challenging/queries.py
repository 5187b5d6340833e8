"""Questions about challenges; read only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import CORRECTED_WITHIN, DECIDED_WITHIN, Challenge, Outcome, decided_by
from partnerkompas.answers.models import Answer
from partnerkompas.answers.queries import same_place
from partnerkompas.answers.saying import is_by_partner, same
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.paging import Counts
from partnerkompas.infra.working_days import late_up_to, working_days_after, working_days_left
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner, PartnerStatus

HEARD_FOR = 10
"""Working days, from the day after it was opened."""
A_DAY = 10
"""So many facts somebody may dispute within a day: each is a mail to everybody of a partner (SEC-23)."""


def opened_lately(account_id: int) -> int:
    """How many challenges an account opened within a day, also what it took back."""
    lately = Challenge.opened_by == account_id, Challenge.opened_at > clock.now() - timedelta(days=1)
    return db.session.scalar(select(func.count()).select_from(Challenge).where(*lately)) or 0


def by_id(number: int) -> Challenge | None:
    """The challenge with this id."""
    return db.session.get(Challenge, number)


def at_place_of(answer: Answer) -> Challenge | None:
    """The challenge at the place of an answer: one that is open, else the newest."""
    against = aliased(Answer)
    return db.session.scalars(
        select(Challenge)
        .join(against, Challenge.answer_id == against.id)
        .where(same_place(against, answer))
        .order_by(Challenge.decided_at.is_not(None), Challenge.id.desc())
    ).first()


def changed_since(challenge: Challenge) -> Answer | None:
    """What took the place of the answer that was disputed: the first to say what stands there now; None for nothing."""
    against = answers.by_id(challenge.answer_id)
    assert against is not None
    later = select(Answer).where(same_place(Answer, against), Answer.id > against.id).order_by(Answer.id.desc())
    if not (rows := db.session.scalars(later).all()):
        return None
    question, now = criteria.asked(against.criterion), rows[0]
    return [*takewhile(lambda row: row.source == now.source and same(question, row, now), rows)][-1]


def corrected_by_partner(challenge: Challenge) -> Answer | None:
    """The answer with which the partner itself changed what is disputed, if that is what stands there now."""
    against, now = answers.by_id(challenge.answer_id), changed_since(challenge)
    if against is None or now is None or not is_by_partner(now):
        return None
    return now if not same(criteria.asked(against.criterion), now, against) else None


_RUNS = Challenge.decided_at.is_(None), Partner.status == PartnerStatus.LISTED


def _began(moment: InstrumentedAttribute[Any]) -> ColumnElement[datetime]:
    """When a term of a challenge began: at a moment, or once its partner was back after that."""
    return case((Challenge.back_at > moment, Challenge.back_at), else_=moment)


_SINCE = _began(Challenge.opened_at)


def _late() -> ColumnElement[bool]:
    """What should have been decided, as `is_overdue` says it of one."""
    usual, sooner = (clock.end_of(late_up_to(clock.today(), days)) for days in (DECIDED_WITHIN, CORRECTED_WITHIN))
    return or_(usual >= _SINCE, _began(Challenge.corrected_at) <= sooner)


def open_of_listed(limit: int, offset: int = 0) -> Sequence[tuple[Challenge, Partner]]:
    """What is disputed now of listed partners, first what has to be decided first (row U11)."""
    rows = db.session.execute(
        select(Challenge, Partner)
        .join(Partner, Partner.id == Challenge.partner_id)
        .where(*_RUNS)
        .order_by(case((_late(), 0), else_=1), _SINCE, Challenge.id)
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in rows]


def how_many_open() -> Counts:
    """How much is disputed now of listed partners, and about how much should have been decided."""
    late = func.sum(case((_late(), 1), else_=0))
    wanted = select(func.count(), late).select_from(Challenge).join(Partner, Partner.id == Challenge.partner_id)
    n, overdue = db.session.execute(wanted.where(*_RUNS)).one()
    return Counts(n, n, overdue or 0)


def resting() -> int:
    """How many challenges wait until their partner is in the directory again, that a curator took off it."""
    wanted = select(func.count()).select_from(Challenge).join(Partner, Partner.id == Challenge.partner_id)
    return db.session.scalar(wanted.where(_RUNS[0], Partner.status == PartnerStatus.DELISTED)) or 0


def of_partner(partner_id: int) -> Sequence[Challenge]:
    """What is disputed of a partner and was not decided, oldest first."""
    undecided = Challenge.partner_id == partner_id, Challenge.decided_at.is_(None)
    return db.session.scalars(select(Challenge).where(*undecided).order_by(Challenge.id)).all()


_CORRECTED = (
    Challenge.outcome == Outcome.CORRECTED,
    (Partner.status == PartnerStatus.LISTED) | Partner.id.in_(partners.went_on()),
)


def corrections(limit: int, offset: int = 0) -> Sequence[tuple[Challenge, Partner]]:
    """What was corrected after a challenge, newest first, of listed partners and of those that went on in one."""
    rows = db.session.execute(
        select(Challenge, Partner)
        .join(Partner, Partner.id == Challenge.partner_id)
        .where(*_CORRECTED)
        .order_by(Challenge.decided_at.desc(), Challenge.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in rows]


def how_many_corrections() -> int:
    """How much was corrected."""
    wanted = select(func.count()).select_from(Challenge).join(Partner, Partner.id == Challenge.partner_id)
    return db.session.scalar(wanted.where(*_CORRECTED)) or 0


def heard_until(challenge: Challenge) -> date:
    """The last day on which the partner is heard; who came back into the directory has the whole term again."""
    first = challenge.heard_until or working_days_after(clock.day_of(challenge.opened_at), HEARD_FOR)
    if challenge.back_at is None or challenge.back_at < challenge.opened_at:
        return first
    return max(first, working_days_after(clock.day_of(challenge.back_at), HEARD_FOR))


def due_on(challenge: Challenge) -> date:
    """The day by which a curator decides: sooner when the partner itself has corrected what was disputed (R33)."""
    return decided_by(challenge.opened_at, challenge.back_at, challenge.corrected_at)


def is_overdue(challenge: Challenge) -> bool:
    """Whether it should have been decided."""
    return challenge.decided_at is None and due_on(challenge) < clock.today() and not is_resting(challenge)


def is_resting(challenge: Challenge) -> bool:
    """Whether its terms stand still, because nobody reads what is disputed: the partner is not in the directory."""
    return challenge.decided_at is None and not challenge.is_listed


def days_left(challenge: Challenge) -> int:
    """How many working days a curator has left to decide."""
    return working_days_left(clock.today(), due_on(challenge))


def was_heard(challenge: Challenge) -> bool:
    """Whether the partner has said something, or had the time to: before that nothing adverse is decided (R31)."""
    until = clock.day_of(challenge.left_at) if challenge.left_at is not None else clock.today()
    return challenge.responded_at is not None or heard_until(challenge) < until
