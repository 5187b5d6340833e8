"""What was said at a place since an answer there was disputed, as columns of the challenge: in one query with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, String, and_, cast, exists, func, or_, select


def who_stated(answers: FromClause, disputed_id: Any) -> ScalarSelect[str]:
    """The accounts that stated what was disputed or what took its place: numbers with commas between, or NULL."""
    disputed, later = answers.alias("disputed"), answers.alias("later")
    found = select(_numbers(later.c.provided_by)).where(disputed.c.id == disputed_id, _from_there_on(disputed, later))
    return found.correlate_except(disputed, later).scalar_subquery()


def who_checked(answers: FromClause, reviews: FromClause, disputed_id: Any) -> ScalarSelect[str]:
    """The accounts that checked any of these; checking makes a new answer of the one that was looked at."""
    disputed, later = answers.alias("disputed"), answers.alias("later")
    looked_at = or_(reviews.c.answer_id == later.c.id, reviews.c.answer_id == later.c.supersedes_id)
    found = select(_numbers(reviews.c.reviewed_by)).where(
        disputed.c.id == disputed_id, _from_there_on(disputed, later), reviews.c.outcome == "checked", looked_at
    )
    return found.correlate_except(disputed, later, reviews).scalar_subquery()


def corrected_at(answers: FromClause, disputed_id: Any, partner: str) -> ScalarSelect[datetime]:
    """Since when the source `partner` says something else than what was disputed; NULL when it does not now."""
    disputed, later, newer = (answers.alias(name) for name in ("disputed", "later", "newer"))
    again = exists().where(_from_there_on(later, newer), _says_the_same(newer, disputed))
    found = select(func.min(later.c.recorded_at)).where(
        *(disputed.c.id == disputed_id, _from_there_on(disputed, later)),
        *(later.c.source == partner, later.c.checked_by_role == "", ~again),
    )
    return found.correlate_except(disputed, later, newer).scalar_subquery()


def _from_there_on(one: FromClause, later: FromClause) -> ColumnElement[bool]:
    """That an answer stands at the place of another, and is the same or came after it."""
    at_place = (later.c[name] == one.c[name] for name in ("partner_id", "criterion", "product"))
    return and_(*at_place, later.c.id >= one.c.id)


def _says_the_same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(one.c.state == other.c.state, one.c.value.is_not_distinct_from(other.c.value))


def _numbers(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Numbers of several rows in one text, with commas between."""
    return func.aggregate_strings(cast(column, String), ",")
