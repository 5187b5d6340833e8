"""Searches that somebody keeps."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import Json, Model, UtcDateTime


class SavedSearch(Model):
    """A request of the list under a name; who has the link may see it."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    request: Mapped[str]
    """The query of its address, in the fixed order of SearchRequest.to_query: equal requests are equal texts."""
    token: Mapped[str] = mapped_column(unique=True)
    """What nobody can guess of its link."""
    found: Mapped[list[int]] = mapped_column(Json)
    """Ids of the partners it found when its owner last looked."""
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
