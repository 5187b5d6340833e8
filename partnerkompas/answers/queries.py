"""Questions about answers; read only.

The newest answer at a place is the one no other supersedes; what was known at a moment is the same question asked of
the rows recorded up to then (row B7).
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Integer, Row, Select, String, Text, and_, bindparam, cast, column, select, type_coerce, values
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import aliased
from sqlalchemy.types import UserDefinedType

from partnerkompas.answers.facts import Facts, facts_of
from partnerkompas.answers.models import Answer, Challenge
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


def partners_with_expiry(after: date, until: date) -> set[int]:
    """The partners with an answer whose last valid day lies from `after` up to and excluding `until`."""
    lapsed = Answer.valid_until >= after, Answer.valid_until < until
    return set(db.session.scalars(newest().with_only_columns(Answer.partner_id).where(*lapsed)))


def open_challenges(partner_ids: Collection[int] | None = None, moment: datetime | None = None) -> dict[int, Challenge]:
    """Challenges that were open at a moment (None: now), by the answer they are about."""
    wanted, named = _asking_for_challenges(moment, partner_ids is not None), {"ids": list(partner_ids or ())}
    return {row.answer_id: row for row in db.session.scalars(wanted, named)}


def _disputes(partner_ids: Collection[int] | None, moment: datetime | None) -> dict[int, str]:
    """The reasons of open challenges by the answer they are about: plain rows, for who needs no more."""
    wanted, named = _asking_for_disputes(moment, partner_ids is not None), {"ids": list(partner_ids or ())}
    return dict(db.session.connection().execute(wanted, named).all())


def _asking_for_challenges(moment: datetime | None, some_partners: bool) -> Select[Challenge]:
    wanted = select(Challenge).order_by(Challenge.id)
    if some_partners:
        wanted = wanted.where(Challenge.partner_id.in_(bindparam("ids", expanding=True)))
    if moment is None:
        return wanted.where(Challenge.decided_at.is_(None))
    undecided = Challenge.decided_at.is_(None) | (Challenge.decided_at > moment)
    return wanted.where(and_(Challenge.opened_at <= moment, undecided))


@lru_cache(maxsize=16)
def _asking_for_disputes(moment: datetime | None, some_partners: bool) -> Select[int, str]:
    """A query, kept: making it takes longer than asking it about a few partners."""
    return _asking_for_challenges(moment, some_partners).with_only_columns(Challenge.answer_id, Challenge.reason)


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


class _AsRead(NamedTuple):
    """A plain row with what a fact is made of. Its fields are read ten times as fast as those of a Row."""

    partner_id: int
    id: int
    criterion: str
    product: str
    state: str
    value: Any
    source: str
    source_url: str
    evidence: str
    level: int
    stated_on: date | None
    checked_on: date | None
    checked_by_role: str
    valid_until: date | None
    release: str


@lru_cache(maxsize=20_000)
def _decoded(text: str | None) -> Any:
    """Each different text is decoded once: a market of answers has few different ones."""
    return None if text is None else json.loads(text)


class _Decoded(UserDefinedType[Any]):
    """JSON that is read as text."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        return _decoded


_COLUMNS = tuple(
    type_coerce(cast(Answer.value, Text), _Decoded()) if name == "value" else Answer.__table__.c[name]
    for name in _AsRead._fields
)


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
    return map(partial(tuple.__new__, _AsRead), found)  # as _make does, without a call of Python for each


@lru_cache(maxsize=16)
def _asking_for_rows(moment: datetime | None, some_partners: bool, some_criteria: bool, products: bool) -> Select[Any]:
    """A query for rows, kept for the same reason.

    `products`: also every answer about a product, for each product with an answer is asked about (see `facts_of`).
    """
    wanted = newest(moment).with_only_columns(*_COLUMNS).order_by(Answer.partner_id)
    if some_partners:
        wanted = wanted.where(Answer.partner_id.in_(bindparam("ids", expanding=True)))
    if some_criteria:
        asked = Answer.criterion.in_(bindparam("criteria", expanding=True))
        wanted = wanted.where(asked | (Answer.product != "") if products else asked)
    return wanted
