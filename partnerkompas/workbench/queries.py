"""Questions about what waits for a curator and has no room of its own: what expires; read only."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, case, func, select

from partnerkompas.accounts.models import Representation
from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, State
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.db import db
from partnerkompas.infra.paging import Counts
from partnerkompas.partners.models import Partner, PartnerStatus

MOST_PLACES = 8
"""So many facts of a partner are named; its profile has the rest."""


class Ending(NamedTuple):
    """A fact that has expired or is about to."""

    partner_id: int
    criterion: str
    product: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Expiring:
    """The facts of one listed partner that have expired or are about to."""

    partner_id: int
    slug: str
    name: str
    expired: int
    soon: int
    first: date
    """The earliest last day."""


def how_many_expire(edition: Edition, today: date, within_days: int) -> Counts:
    """Of how many listed partners facts have expired or are about to, how many facts, and how many have."""
    ends = _ending(edition, today, within_days)
    lapsed = func.sum(case((ends.c.valid_until < today, 1), else_=0))
    wanted = select(func.count(Partner.id.distinct()), func.count(), lapsed).join(ends, ends.c.partner_id == Partner.id)
    n, total, late = db.session.execute(wanted.where(Partner.status == PartnerStatus.LISTED)).one()
    return Counts(n, total, late or 0)


def expiring(edition: Edition, today: date, within_days: int, limit: int, offset: int = 0) -> list[Expiring]:
    """Listed partners with facts that have expired or do so within some days; whose fact ends first comes first.

    As everywhere a disputed fact does not count as expired, nor does an answer to what is no longer asked.
    """
    ends = _ending(edition, today, within_days)
    lapsed = func.sum(case((ends.c.valid_until < today, 1), else_=0))
    rows = db.session.execute(
        select(Partner.id, Partner.slug, Partner.name, lapsed, func.count(), func.min(ends.c.valid_until))
        .join(ends, ends.c.partner_id == Partner.id)
        .where(Partner.status == PartnerStatus.LISTED)
        .group_by(Partner.id, Partner.slug, Partner.name)
        .order_by(func.min(ends.c.valid_until), Partner.id)
        .limit(limit)
        .offset(offset)
    )
    return [Expiring(id_, slug, name, gone, every - gone, first) for id_, slug, name, gone, every, first in rows]


def ending_of(
    edition: Edition, today: date, within_days: int, partner_ids: Collection[int]
) -> dict[int, Sequence[Ending]]:
    """The facts of some partners that have expired or are about to, the first to end first; of each the first few."""
    ends = _ending(edition, today, within_days, Answer.partner_id.in_(list(partner_ids)))
    turn = func.row_number().over(partition_by=ends.c.partner_id, order_by=(ends.c.valid_until, ends.c.id))
    named = select(*(ends.c[name] for name in Ending._fields), turn.label("turn")).subquery()
    wanted = select(*(named.c[name] for name in Ending._fields)).where(named.c.turn <= MOST_PLACES)
    found: dict[int, list[Ending]] = defaultdict(list)
    for row in db.session.execute(wanted.order_by(named.c.partner_id, named.c.turn)):
        found[row.partner_id].append(Ending(*row))
    return dict(found)


def represented(partner_ids: Collection[int]) -> set[int]:
    """Which of some partners somebody speaks for."""
    speaks = Representation.granted_at.is_not(None), Representation.ended_at.is_(None)
    wanted = select(Representation.partner_id).where(Representation.partner_id.in_(list(partner_ids)), *speaks)
    return set(db.session.scalars(wanted))


def _ending(edition: Edition, today: date, within_days: int, *more: ColumnElement[bool]) -> Subquery:
    columns: list[Any] = [Answer.id, *(Answer.__table__.c[name] for name in Ending._fields)]
    return (
        answers.newest()
        .with_only_columns(*columns)
        .where(
            Answer.valid_until <= today + timedelta(days=within_days),
            Answer.state != State.NOT_STATED,
            Answer.criterion.in_(list(edition.by_key)),
            Answer.id.not_in(answers.at_disputed_places()),
            *more,
        )
        .subquery()
    )
