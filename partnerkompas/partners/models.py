"""Partners, the names they had, and their offices."""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime, db


class PartnerStatus(StrEnum):
    """Only listed partners are public."""

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"


class OfficeRole(StrEnum):
    OFFICE = "office"
    DELIVERY = "delivery"


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


LONGEST_SLUG = 80


def slug_for(name: str) -> str:
    """The part of an address made of a name: lower case a–z, digits and hyphens, at most 80 characters.

    Empty for a name without any letter or digit of ASCII.
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " en ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
