"""Messages in the inboxes of accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime


class About(StrEnum):
    """What a message is about; an account may choose of most whether they are mailed as well."""

    SECURITY = "security"
    REPRESENTATION = "representation"
    ANSWERS = "answers"
    EXPIRY = "expiry"
    CHALLENGES = "challenges"
    LISTING = "listing"
    RULES = "rules"


ALWAYS_MAILED = frozenset({About.SECURITY, About.CHALLENGES, About.LISTING, About.RULES})
"""Somebody else may be in the account, or a term runs in which the partner must be heard or told (R28, R29, R31)."""


class Message(Model):
    """One message to one account, in its language."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    about: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    path: Mapped[str] = mapped_column(default="")
    """Of the page it is about, without the site and the language."""
    key: Mapped[str | None] = mapped_column(unique=True)
    """What is told once only, such as that facts expire in 30 days."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
