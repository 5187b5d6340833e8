"""Partners, the names they had, their offices, and how they leave the directory."""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerkompas.accounts import queries as accounts
from partnerkompas.infra import clock
from partnerkompas.infra.db import Json, Model, UtcDateTime, db
from partnerkompas.permissions.facts import has_no_stake
from partnerkompas.permissions.vocabulary import Role


class PartnerStatus(StrEnum):
    """Only listed partners are public."""

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"


class OfficeRole(StrEnum):
    OFFICE = "office"
    DELIVERY = "delivery"


class LeavingKind(StrEnum):
    """Why a partner leaves the directory."""

    STOPPED = "stopped"
    REQUEST = "request"
    MERGED = "merged"
    WRONG = "wrong"
    OTHER = "other"


class Partner(Model):
    """A company that implements, supports or extends Dynamics.

    There is no field about money, membership or size here, so none can enter the order (row F7).
    """

    __tablename__ = "partner"
    __table_args__ = (CheckConstraint("status IN ('draft', 'listed', 'delisted')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    legal_name: Mapped[str] = mapped_column(default="")
    kvk_number: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    group_name: Mapped[str] = mapped_column(default="")
    status: Mapped[PartnerStatus] = mapped_column(
        db.Enum(PartnerStatus, native_enum=False, values_callable=lambda e: [m.value for m in e]), index=True
    )
    listed_on: Mapped[date | None]
    fictional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    former_names: Mapped[list["FormerName"]] = relationship(
        order_by="FormerName.id", cascade="all, delete-orphan", lazy="raise"
    )
    offices: Mapped[list["Office"]] = relationship(order_by="Office.id", cascade="all, delete-orphan", lazy="raise")

    @property
    def is_listed(self) -> bool:
        return self.status == PartnerStatus.LISTED

    @property
    def is_absorbed(self) -> bool:
        """Whether it was merged into another; asked anew each time, as somebody may just have done or undone so."""
        running = select(Merge.id).where(Merge.absorbed_id == self.id, Merge.undone_at.is_(None))
        return db.session.scalar(running) is not None

    def was_listed_on(self, day: date) -> bool:
        """Whether it is listed, and was by that day."""
        return self.is_listed and (self.listed_on is None or self.listed_on <= day)

    def news(self) -> tuple[str, str]:
        return "partner", str(self.id)


class FormerName(Model):
    """A name the partner had before; it keeps leading to the partner."""

    __tablename__ = "former_name"
    __table_args__ = (UniqueConstraint("partner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    name: Mapped[str]

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)


class Office(Model):
    """An office of a partner: where it is and what it is for (row A5: as many as there are)."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    city: Mapped[str]
    province: Mapped[str] = mapped_column(default="")
    """Code of the provinces list; empty when no source says it."""
    role: Mapped[OfficeRole] = mapped_column(
        db.Enum(OfficeRole, native_enum=False, values_callable=lambda e: [m.value for m in e])
    )
    source_url: Mapped[str] = mapped_column(default="")

    def news(self) -> tuple[str, str]:
        return "partner", str(self.partner_id)


class Delisting(Model):
    """A partner leaves the directory: announced with reasons and a day, perhaps withdrawn, done on that day (R29)."""

    __tablename__ = "delisting"
    __table_args__ = (
        CheckConstraint("kind IN ('stopped', 'request', 'merged', 'wrong', 'other')", name="kind"),
        Index(
            "uq_delisting_open",
            "partner_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str]
    """A LeavingKind; public from the day it is done."""
    reasons: Mapped[str]
    """For the partner and for curators."""
    due_on: Mapped[date]
    """The first day on which the partner is no longer listed."""
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    announced_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    response: Mapped[str] = mapped_column(default="")
    """What the partner says against it."""
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the partner left the list; empty while it is announced, and when it was withdrawn."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was withdrawn, or the partner was listed again."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ending: Mapped[str] = mapped_column(default="")
    """Why it was withdrawn, or why the partner was listed again."""

    @property
    def is_left_to_an_administrator(self) -> bool:
        """Whether the partner objected, and no curator without a stake is there but who announced it."""
        others = (each for each in accounts.with_role(Role.CURATOR) if each.id != self.announced_by)
        return self.responded_at is not None and not any(has_no_stake(accounts.actor(each), self) for each in others)


class Merge(Model):
    """Two partners were one: everything that leads to the one leads to the other, until it is undone (row O2)."""

    __tablename__ = "partner_merge"
    __table_args__ = (
        Index(
            "uq_partner_merge_open",
            "absorbed_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    did: Mapped[Any] = mapped_column(Json)
    """What it changed, so that it can be undone: see `curating.merging`."""
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    merged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


LONGEST_SLUG = 80


def slug_for(name: str) -> str:
    """The part of an address made of a name: lower case a–z, digits and hyphens, at most 80 characters.

    Empty for a name without any letter or digit of ASCII.
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " en ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
