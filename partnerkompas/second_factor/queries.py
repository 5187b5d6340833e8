"""Questions about second steps; read only."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select

from partnerkompas.accounts.models import Authenticator
from partnerkompas.infra.db import db
from partnerkompas.second_factor.models import RecoveryCode

TOTP, PASSKEY = "totp", "passkey"
PAGE = "/account/tweede-stap"
"""Where they are shown, for messages about them."""


def of_account(account_id: int, kind: str = "") -> Sequence[Authenticator]:
    """The second steps of an account, in the order in which they were added; all, or of one kind."""
    wanted = select(Authenticator).where(Authenticator.account_id == account_id).order_by(Authenticator.id)
    return db.session.scalars(wanted.where(Authenticator.kind == kind) if kind else wanted).all()


def own(account_id: int, number: int) -> Authenticator | None:
    """One of the own second steps; those of others do not exist (SEC-02), nor what was removed a moment ago."""
    return db.session.scalar(
        select(Authenticator).where(Authenticator.id == number, Authenticator.account_id == account_id)
    )


def code_hash(code: str) -> str:
    """What is kept of a recovery code; it holds 59.45 random bits (twelve of 31 signs), so one plain hash is enough."""
    return sha256(plain(code).encode()).hexdigest()


def plain(code: str) -> str:
    """A code as it was typed, without what people put between its letters."""
    return "".join(each for each in code.lower() if each.isascii() and each.isalnum())


def recovery_codes_left(account_id: int) -> int:
    """How many recovery codes were not used."""
    rows = select(RecoveryCode.id).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(rows).all())


def recovery_code(account_id: int, code: str) -> RecoveryCode | None:
    """The recovery code of an account that was typed, when it was not used."""
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
    )
