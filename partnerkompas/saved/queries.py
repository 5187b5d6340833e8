"""Questions about saved searches; read only."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select

from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.outbox import Outbox
from partnerkompas.saved.models import SavedSearch

MOST_IDS = 500
"""About so many partners the database is asked by name; of more, about all of them."""


def by_token(token: str) -> SavedSearch | None:
    """The saved search that a link leads to; None when there is none, or none any more."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{32}", token, re.ASCII):
        return None
    return db.session.scalar(
        select(SavedSearch)
        .join(Account, Account.id == SavedSearch.account_id)
        .where(SavedSearch.token == token, SavedSearch.ended_at.is_(None), Account.ended_at.is_(None))
    )


def of_account(account_id: int | None) -> Sequence[SavedSearch]:
    """What an account keeps, newest first."""
    return db.session.scalars(
        select(SavedSearch)
        .where(SavedSearch.account_id == account_id, SavedSearch.ended_at.is_(None))
        .order_by(SavedSearch.id.desc())
    ).all()


def subject(saved: SavedSearch) -> str:
    """What the audit calls a saved search; its token is not written down, who reads the audit need not have it."""
    return f"saved-search/{saved.id}"


def changed_at(saved: SavedSearch, partners: Collection[int], number: int, day: date) -> datetime:
    """When the newest of some partners came or left, as far as that was written down; when its owner looked, for none.

    `number` and `day` are those of the snapshot that was counted with. What no change explains, a day that passed or
    a release did: an answer expired, or a question is another one.
    """
    if not partners:
        return saved.looked_at
    news = (
        select(Outbox.topic, Outbox.subject, func.max(Outbox.written_at))
        .where(Outbox.written_at > saved.looked_at, Outbox.id <= number)
        .group_by(Outbox.topic, Outbox.subject)
    )
    if len(partners) <= MOST_IDS:
        news = news.where((Outbox.topic != "partner") | Outbox.subject.in_([str(each) for each in partners]))
    rows = db.session.execute(news).all()
    about = {subject: moment for topic, subject, moment in rows if topic == "partner"}
    others = [moment for topic, _subject, moment in rows if topic != "partner"]
    moments = [about[str(each)] for each in partners if str(each) in about]
    if len(moments) < len(partners):
        moments += [*others, datetime.combine(day, time.min, clock.AMSTERDAM)]
    return max(saved.looked_at, *moments)
