"""Organisations whose people are members, and the links by which somebody gets or gets back an account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import Json, Model, UtcDateTime


class Organisation(Model):
    """An organisation that uses Dynamics and whose people are members."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sector: Mapped[str] = mapped_column(default="")
    """Code of the list of sectors, or empty."""
    size: Mapped[str] = mapped_column(default="")
    """Code of the list of sizes, or empty."""
    domains: Mapped[list[str]] = mapped_column(Json, default=list)
    """Of the e-mail addresses of its people, such as "voorbeeld.nl"."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Purpose(StrEnum):
    """What a link is for."""

    REGISTER = "register"
    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - a purpose
    ADDRESS = "address"


class Link(Model):
    """What a mailed link may do, once and for a while; only the hash of its token is kept (SEC-20)."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    """Where it was sent: whoever uses it can read mail there."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who invited; nobody when it was asked for by who got it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was used or taken back."""
