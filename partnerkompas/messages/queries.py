"""Questions about messages; read only."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from partnerkompas.infra.db import db
from partnerkompas.messages.models import Message

MOST = 200
"""So many are shown, the newest first."""


def of_account(account_id: int) -> Sequence[Message]:
    """The newest messages of an account, newest first."""
    return db.session.scalars(
        select(Message).where(Message.account_id == account_id).order_by(Message.id.desc()).limit(MOST)
    ).all()


def by_id(number: int) -> Message | None:
    """The message with this id."""
    return db.session.get(Message, number)


def unread(account_id: int) -> int:
    """How many messages an account has not read."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Message).where(Message.account_id == account_id, Message.read_at.is_(None))
        )
        or 0
    )


def told(keys: Collection[str]) -> frozenset[str]:
    """Which of these things were told already."""
    return frozenset(key for key in db.session.scalars(select(Message.key).where(Message.key.in_(keys))) if key)
