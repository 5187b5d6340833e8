"""Accounts and the roles they were granted."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime, db
from partnerkompas.permissions.vocabulary import Role


class Account(Model):
    """Somebody who can sign in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    password_hash: Mapped[str]
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised to end all sessions (SEC-19)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", foreign_keys="RoleGrant.account_id", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in force."""
        return frozenset(grant.role for grant in self.grants if grant.ended_at is None)


class RoleGrant(Model):
    """A role, granted at a moment and perhaps ended: the history stays."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(db.Enum(Role, native_enum=False, values_callable=lambda e: [m.value for m in e]))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    granted_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])


class SignInAttempt(Model):
    """A failed attempt to sign in, kept for throttling; its address and account as keyed hashes (SEC-16)."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    account_key: Mapped[str] = mapped_column(index=True)
    address_key: Mapped[str] = mapped_column(index=True)
