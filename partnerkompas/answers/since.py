"""Who vouched for what was said at a place since an answer there was disputed: columns of the challenge."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, String, and_, cast, func, or_, select


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


def _from_there_on(one: FromClause, later: FromClause) -> ColumnElement[bool]:
    """That an answer stands at the place of another, and is the same or came after it."""
    at_place = (later.c[name] == one.c[name] for name in ("partner_id", "criterion", "product"))
    return and_(*at_place, later.c.id >= one.c.id)


def _numbers(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Numbers of several rows in one text, with commas between."""
    return func.aggregate_strings(cast(column, String), ",")
