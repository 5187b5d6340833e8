"""How often something was asked for in a week. Nothing in it is about who asked."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra.counting import What
from partnerkompas.infra.db import Model, db


class UsageCount(Model):
    """One counter of one week: the only rows that reading pages changes (SEC-04, ADR 17)."""

    __tablename__ = "usage_count"

    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday, by Dutch time."""
    what: Mapped[What] = mapped_column(
        db.Enum(What, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e]), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    """The slug of a partner, or the key of a criterion."""
    n: Mapped[int]
