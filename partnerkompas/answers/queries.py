"""Questions about answers; read only.

The newest answer at a place is the one no other supersedes; what was known at a moment is the same question asked of
the rows recorded up to then (row B7).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    column,
    select,
    values,
)
from sqlalchemy.orm import aliased

from partnerkompas.answers.as_read import COLUMNS, AsRead
from partnerkompas.answers.challenges import Challenge, decided_by
from partnerkompas.answers.facts import Dispute, Facts, facts_of
from partnerkompas.answers.models import Answer, Signature
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.db import db

Place = tuple[int, str, str]
"""Where an answer belongs: partner id, criterion, product."""

T = TypeVar("T")

MOST_IDS = 500
"""How many ids one query names; more are asked in turns."""


def newest(moment: datetime | None = None) -> Select[Answer]:
    """The newest answer at every place, as known at a moment (None: now)."""
    later = aliased(Answer)
    superseded = select(later.id).where(later.supersedes_id == Answer.id)
    if moment is not None:
        superseded = superseded.where(later.recorded_at <= moment)
    found = select(Answer).where(~superseded.exists())
    return found if moment is None else found.where(Answer.recorded_at <= moment)


def said_at(places: Iterable[Place]) -> list[Row[Any]]:
    """Everything ever recorded at some places, as plain rows with the columns of an answer; at a place oldest first."""
    wanted = set(places)
    known = partners_with_answers({place[0] for place in wanted})
    return [
        row
        for some in _in_turns([place for place in wanted if place[0] in known])
        for row in db.session.execute(_rows_at(some))
    ]


def partners_with_answers(partner_ids: Collection[int]) -> set[int]:
    """Which of some partners anything was ever recorded of."""
    return {
        found
        for ids in _in_turns(partner_ids)
        for found in db.session.scalars(select(Answer.partner_id).where(Answer.partner_id.in_(ids)).distinct())
    }


def _rows_at(places: list[Place]) -> Select[Any]:
    """A join with the list of places: an IN over three columns would read the whole table on SQLite."""
    here = values(column("partner_id", Integer), column("criterion", String), column("product", String), name="here")
    wanted = here.data(places).cte()
    at_place = [Answer.__table__.c[name] == wanted.c[name] for name in ("partner_id", "criterion", "product")]
    return select(*Answer.__table__.c).join(wanted, and_(*at_place)).order_by(Answer.__table__.c.id)


def by_id(number: int) -> Answer | None:
    """The answer with this id, also one that was superseded."""
    return db.session.get(Answer, number)


def newest_at(answer: Answer) -> Answer:
    """The newest answer at the place of an answer: the same one, or what took its place."""
    return db.session.scalars(newest().where(same_place(Answer, answer))).one()


def every_at(place: Place) -> Sequence[Answer]:
    """Every answer at a place, the newest first."""
    partner_id, criterion, product = place
    at = Answer.partner_id == partner_id, Answer.criterion == criterion, Answer.product == product
    return db.session.scalars(select(Answer).where(*at).order_by(Answer.id.desc())).all()


def open_challenge_at(place: Place) -> Challenge | None:
    """The challenge at a place about which nobody has decided."""
    partner_id, criterion, product = place
    at = Answer.partner_id == partner_id, Answer.criterion == criterion, Answer.product == product
    wanted = select(Challenge).join(Answer, Challenge.answer_id == Answer.id).where(*at, Challenge.decided_at.is_(None))
    return db.session.scalars(wanted.order_by(Challenge.id.desc())).first()


def at_disputed_places() -> Select[int]:
    """The ids of all answers at places that are disputed now, also of those that came since or were replaced.

    A dispute is about a place: another answer does not end it, only a decision does (row G13).
    """
    against = aliased(Answer)
    wanted = select(Answer.id).select_from(Challenge).join(against, Challenge.answer_id == against.id)
    return wanted.join(Answer, same_place(Answer, against)).where(Challenge.decided_at.is_(None))


def place_of(answer: Answer) -> Place:
    """Where an answer belongs."""
    return answer.partner_id, answer.criterion, answer.product


def same_place(one: Any, other: Any) -> ColumnElement[bool]:
    """That two answers belong at one place; either may be a table or an answer."""
    return and_(*(getattr(one, name) == getattr(other, name) for name in ("partner_id", "criterion", "product")))


def stands(answer: Answer) -> bool:
    """Whether no other answer took its place."""
    return db.session.scalar(select(Answer.id).where(Answer.supersedes_id == answer.id)) is None


def by_ids(ids: Collection[int]) -> list[Answer]:
    """The answers with these ids, oldest first."""
    some = [row for ids in _in_turns(ids) for row in db.session.scalars(select(Answer).where(Answer.id.in_(ids)))]
    return sorted(some, key=lambda row: row.id)


def all_of(partner_ids: Collection[int]) -> list[Answer]:
    """Every answer ever recorded of some partners, oldest first."""
    rows = (db.session.scalars(select(Answer).where(Answer.partner_id.in_(ids))) for ids in _in_turns(partner_ids))
    return sorted((row for some in rows for row in some), key=lambda row: row.id)


def history(partner_id: int, moment: datetime | None = None) -> dict[tuple[str, str], list[Answer]]:
    """All answers ever recorded for a partner up to a moment, by (criterion, product), newest first."""
    wanted = select(Answer).where(Answer.partner_id == partner_id).order_by(Answer.id.desc())
    if moment is not None:
        wanted = wanted.where(Answer.recorded_at <= moment)
    found: dict[tuple[str, str], list[Answer]] = {}
    for row in db.session.scalars(wanted):
        found.setdefault((row.criterion, row.product), []).append(row)
    return found


def signed(partner_id: int, moment: datetime | None = None) -> Signature | None:
    """The newest release that somebody signed for a partner, up to a moment (row A10)."""
    wanted = select(Signature).where(Signature.partner_id == partner_id).order_by(Signature.id.desc()).limit(1)
    return db.session.scalar(wanted if moment is None else wanted.where(Signature.signed_at <= moment))


def partners_with_expiry(after: date, until: date) -> set[int]:
    """The partners with an answer whose last valid day lies from `after` up to and excluding `until`."""
    lapsed = Answer.valid_until >= after, Answer.valid_until < until
    return set(db.session.scalars(newest().with_only_columns(Answer.partner_id).where(*lapsed)))


def corrected(partner_id: int, moment: datetime | None = None) -> dict[int, int]:
    """The challenges after which answers of a partner had been corrected at a moment, by answer (row K4).

    That is every answer from the one that was disputed up to the one that corrected it.
    """
    against = aliased(Answer)
    wanted = select(Answer.id, Challenge.id).join(against, same_place(Answer, against))
    wanted = wanted.join(Challenge, Challenge.answer_id == against.id).where(
        Challenge.partner_id == partner_id, Answer.id >= Challenge.answer_id, Answer.id < Challenge.correction_id
    )
    if moment is not None:
        wanted = wanted.where(Challenge.decided_at <= moment)
    return {row[0]: row[1] for row in db.session.execute(wanted.order_by(Challenge.id))}


def open_challenges(partner_ids: Collection[int] | None = None, moment: datetime | None = None) -> dict[int, Challenge]:
    """Challenges that were open at a moment (None: now), by the answer that they were opened against."""
    wanted = select(Challenge).where(_is_open(moment, partner_ids is not None)).order_by(Challenge.id)
    return {row.answer_id: row for row in db.session.scalars(wanted, {"ids": list(partner_ids or ())})}


def disputes_of(partner_ids: Collection[int]) -> list[tuple[Challenge, Answer]]:
    """Every challenge of some partners that is open, with the answer it was opened against."""
    wanted = select(Challenge, Answer).join(Answer, Challenge.answer_id == Answer.id).where(_is_open(None, True))
    return [(row[0], row[1]) for row in db.session.execute(wanted, {"ids": list(partner_ids)})]


def _disputes(partner_ids: Collection[int] | None, moment: datetime | None) -> dict[int, Dispute]:
    """What was disputed at a moment, by the answer that stood there then: plain rows, for who needs no more.

    A dispute is about a place: another answer does not end it, only a decision does (row G13).
    """
    wanted, named = _asking_for_disputes(moment, partner_ids is not None), {"ids": list(partner_ids or ())}
    rows = db.session.connection().execute(wanted, named)
    return {
        answer_id: Dispute(
            reason, decided_by(opened_at, *(at if at and (moment is None or at <= moment) else None for at in later))
        )
        for answer_id, reason, opened_at, *later in rows
    }


@lru_cache(maxsize=16)
def _asking_for_disputes(
    moment: datetime | None, some_partners: bool
) -> Select[int, str, datetime, datetime | None, datetime | None]:
    """A query, kept: making it takes longer than asking it about a few partners."""
    against = aliased(Answer)
    terms = Challenge.opened_at, Challenge.back_at, Challenge.corrected_at
    wanted = newest(moment).with_only_columns(Answer.id, Challenge.reason, *terms)
    wanted = wanted.select_from(Challenge).join(against, Challenge.answer_id == against.id)
    wanted = wanted.join(Answer, same_place(Answer, against)).where(_is_open(moment, some_partners))
    return wanted.order_by(Challenge.id)


def _is_open(moment: datetime | None, some_partners: bool) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Challenge.decided_at.is_(None)]
    if moment is not None:
        conditions = [Challenge.opened_at <= moment, Challenge.decided_at.is_(None) | (Challenge.decided_at > moment)]
    if some_partners:
        conditions.append(Challenge.partner_id.in_(bindparam("ids", expanding=True)))
    return and_(*conditions)


def _in_turns(things: Collection[T]) -> Iterator[list[T]]:
    every = list(things)
    for start in range(0, len(every), MOST_IDS):
        yield every[start : start + MOST_IDS]


def facts_by_partner(
    edition: Edition,
    day: date,
    partner_ids: Collection[int] | None = None,
    moment: datetime | None = None,
    criteria: Iterable[str] | None = None,
    products: Mapping[int, tuple[str, ...]] | None = None,
) -> Iterator[tuple[int, Facts]]:
    """The facts of each partner (None: of all that have answers), one partner at a time, in the order of ids.

    `moment` asks what was known then, `day` decides what had expired. Partners named that have no answers come too.
    With `criteria` only the facts of these, and of those that decide whether they are asked: the same as without. Then
    `products` may say which products each partner is asked about: finding that out takes all its answers about any.
    """
    disputes = _disputes(partner_ids, moment)
    edition, narrow = (edition, False) if criteria is None else (edition.about(criteria), True)
    turns: list[list[int] | None] = [None] if partner_ids is None else list(_in_turns(sorted(partner_ids)))
    for ids in turns:
        waiting = dict.fromkeys(ids or ())
        read = _rows(ids, moment, edition if narrow else None, products is None)
        for partner_id, rows in groupby(read, key=attrgetter("partner_id")):
            waiting.pop(partner_id, None)
            yield partner_id, facts_of(edition, rows, disputes, day, products[partner_id] if products else None)
        for partner_id in waiting:
            yield partner_id, facts_of(edition, (), disputes, day, products[partner_id] if products else None)


def _rows(
    ids: list[int] | None, moment: datetime | None, edition: Edition | None, look_for_products: bool
) -> Iterator[Any]:
    """Plain rows instead of objects: a catalogue has hundreds of thousands. Of some partners, or of some questions."""
    named: dict[str, Any] = {} if ids is None else {"ids": ids}
    if edition is not None:
        named["criteria"] = list(edition.by_key)
    products = look_for_products and edition is not None and any(each.per_product for each in edition.questions)
    wanted = _asking_for_rows(moment, "ids" in named, "criteria" in named, products)
    found = db.session.connection().execute(wanted, named, execution_options={"yield_per": 5000})
    return map(partial(tuple.__new__, AsRead), found)  # as _make does, without a call of Python for each


@lru_cache(maxsize=16)
def _asking_for_rows(moment: datetime | None, some_partners: bool, some_criteria: bool, products: bool) -> Select[Any]:
    """A query for rows, kept for the same reason.

    `products`: also every answer about a product, for each product with an answer is asked about (see `facts_of`).
    """
    wanted = newest(moment).with_only_columns(*COLUMNS).order_by(Answer.partner_id)
    if some_partners:
        wanted = wanted.where(Answer.partner_id.in_(bindparam("ids", expanding=True)))
    if some_criteria:
        asked = Answer.criterion.in_(bindparam("criteria", expanding=True))
        wanted = wanted.where(asked | (Answer.product != "") if products else asked)
    return wanted
