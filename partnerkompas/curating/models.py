"""What curators noted about the list of partners."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime


class NotTheSame(Model):
    """Two partners that look the same and are not: the pair no longer waits for a curator (row O2)."""

    __tablename__ = "not_the_same"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="order"),
        Index(
            "uq_not_the_same_open",
            *("one_id", "other_id"),
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
