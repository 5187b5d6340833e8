"""What is kept of criteria: their identity, and every release as an immutable whole."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import AppendOnly, Json, Model, UtcDateTime


class Release(AppendOnly, Model):
    """A numbered, dated, immutable edition of all criteria and code lists."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    released_on: Mapped[date]
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changes: Mapped[list[Any]] = mapped_column(Json)
    """What differs from the release before: [{"what": "added", "key": "…"}]."""
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """The whole edition; see criteria/releases.py for its shape."""

    def news(self) -> tuple[str, str]:
        return "criteria", self.number


class Criterion(AppendOnly, Model):
    """The stable identity of a question; answers point here, its text is in the releases."""

    __tablename__ = "criterion"

    key: Mapped[str] = mapped_column(primary_key=True)
    first_release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
