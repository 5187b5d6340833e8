"""Forgetting what is no longer needed of people, once its term is over (GDPR art. 5; see `terms`)."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_

from partnerkompas.accounts import session
from partnerkompas.accounts.models import Attempt, SignedIn
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import Model, db
from partnerkompas.infra.mail import Mail
from partnerkompas.membership.models import Link
from partnerkompas.own import terms
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


def forget_old(actor: Actor) -> Mapping[str, int]:
    """Remove links, mail, sessions and attempts that are older than their terms; returns how many of each.

    Mail that waits stays, however old: nothing is sent twice by forgetting, and nothing is lost. Again is harmless.
    Raises NotAllowed.
    """
    require(actor, Permission.PERSONAL_FORGET)
    gone = {name: _remove(table, which) for name, (table, which) in _over().items()}
    gone = {name: n for name, n in gone.items() if n}
    if gone:
        audit.record(db.session, actor, "personal:forgotten", "personal", before=gone)
    return gone


def _over() -> dict[str, tuple[type[Model], ColumnElement[bool]]]:
    now = clock.now()
    links, sessions = now - terms.LINKS, now - terms.SESSIONS
    lost = or_(Mail.given_up_at.is_not(None), and_(Mail.taken_at.is_not(None), Mail.sent_at.is_(None)))
    return {
        "links": (Link, or_(Link.used_at < links, Link.expires_at < links)),
        "mail": (Mail, or_(Mail.sent_at < now - terms.MAIL, and_(lost, Mail.made_at < now - terms.LOST_MAIL))),
        "sessions": (SignedIn, or_(SignedIn.ended_at < sessions, SignedIn.began_at < sessions - session.LONGEST)),
        "attempts": (Attempt, Attempt.at < now - terms.ATTEMPTS),
    }


def _remove(table: type[Model], which: ColumnElement[bool]) -> int:
    return cast("CursorResult[Any]", db.session.execute(delete(table).where(which))).rowcount
