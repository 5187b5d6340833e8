"""Accounts: who can sign in, the roles they were granted, their sessions, and what ties them to partners."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerkompas.infra import clock
from partnerkompas.infra.db import Json, Model, UtcDateTime, db
from partnerkompas.permissions.vocabulary import PartnerRole, Role


def _one_of(kind: type[StrEnum]) -> db.Enum:  # type: ignore[name-defined]
    """A column that holds a value of a StrEnum as its text."""
    return db.Enum(kind, native_enum=False, values_callable=lambda each: [member.value for member in each])


class Level(StrEnum):
    """From which level of the organisation somebody speaks."""

    OPERATIONAL = "operational"
    TACTICAL = "tactical"
    BOARD = "board"


class Account(Model):
    """Somebody who can sign in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case; of an erased account a text that is no address."""
    password_hash: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    """As colleagues and curators see it; may be empty."""
    language: Mapped[str] = mapped_column(default="nl")
    """Of the mail that is sent: "nl" or "en"."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    level: Mapped[str] = mapped_column(default="")
    """A Level, or empty."""
    mail_off: Mapped[list[str]] = mapped_column(Json, default=list)
    """Kinds of messages that are not mailed as well; the inbox has them all."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", foreign_keys="RoleGrant.account_id", lazy="selectin"
    )
    authenticators: Mapped[list["Authenticator"]] = relationship(order_by="Authenticator.id", lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in force."""
        return frozenset(grant.role for grant in self.grants if grant.ended_at is None)


class RoleGrant(Model):
    """A role, granted at a moment and perhaps ended: the history stays."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(_one_of(Role))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    granted_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])


class SignedIn(Model):
    """A session of an account, in one browser; it ends on the server (SEC-19)."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the cookie holds."""
    browser: Mapped[str] = mapped_column(default="")
    """In a few words, so that somebody knows it again: "Firefox, Windows"."""
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    """When its owner last gave a password: what is hard to undo asks for it again."""
    second_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a code or passkey was given; without it no role counts."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Model):
    """An attempt that can be tried too often, kept for throttling; account and address as keyed hashes (SEC-16)."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    what: Mapped[str]
    """Which sort: "sign_in", "second_step", "challenge", "link", "mailed", "invitation", "invited", …"""
    account_key: Mapped[str] = mapped_column(index=True)
    address_key: Mapped[str] = mapped_column(index=True)


class Authenticator(Model):
    """A second factor of an account: an app that gives codes, or a passkey."""

    __tablename__ = "authenticator"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]
    """"totp" (RFC 6238) or "passkey" (WebAuthn)."""
    name: Mapped[str]
    secret: Mapped[str]
    """The key of the codes, or the public key of the passkey, in base64url."""
    credential_id: Mapped[str | None] = mapped_column(unique=True)
    """Of a passkey, in base64url."""
    counter: Mapped[int] = mapped_column(default=0)
    """The last 30 seconds a code was used for, or how often the passkey says it signed: neither goes back."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Representation(Model):
    """An account may speak for a partner: asked, decided by a curator, perhaps ended. The history stays (row I1)."""

    __tablename__ = "representation"
    __table_args__ = (
        Index(
            "uq_representation_open",
            *("account_id", "partner_id"),
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    role: Mapped[PartnerRole] = mapped_column(_one_of(PartnerRole))
    function: Mapped[str] = mapped_column(default="")
    """What whoever asks does at the partner, in their own words; for the curator."""
    same_domain: Mapped[bool]
    """Whether the e-mail address was at the domain of the partner's website when it was asked."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    granted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(default="")
    """Why it was granted or refused."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was refused, taken back or ended."""

    @property
    def was_refused(self) -> bool:
        """Whether somebody else ended the request before it was granted; else whoever asked took it back."""
        return self.granted_at is None and self.ended_at is not None and self.decided_by is not None


class Interest(Model):
    """A tie of an account to a partner, declared in the interest register; perhaps ended (row H6)."""

    __tablename__ = "interest"
    __table_args__ = (CheckConstraint("kind IN ('client', 'employment', 'financial', 'family', 'other')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
