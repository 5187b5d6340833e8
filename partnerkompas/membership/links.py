"""Links by mail: made, held while they are used, and ended. Only the hash of what a link holds is kept (SEC-20)."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import queries
from partnerkompas.membership.models import Link, Purpose

LIVES = {
    Purpose.REGISTER: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD: timedelta(hours=1),
    Purpose.ADDRESS: timedelta(days=1),
}


def make(
    purpose: Purpose,
    email: str,
    *,
    account_id: int | None = None,
    organisation_id: int | None = None,
    made_by: int | None = None,
) -> str:
    """Write a link down and return its token; only the mail will hold that."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        Link(
            purpose=purpose,
            token_hash=queries.token_hash(token),
            email=email,
            account_id=account_id,
            organisation_id=organisation_id,
            made_by=made_by,
            made_at=now,
            expires_at=now + LIVES[purpose],
        )
    )
    db.session.flush()
    return token


def letter(why: str, text: str, token: str, not_you: str) -> str:
    """The text of a mail with a link."""
    return "\n\n".join((why, text, mail.link(f"/account/link/{token}"), not_you))


def hold(link: Link) -> None:
    """Of two who use links to one address at once, the second waits and is told. Raises NotAcceptable.

    All links to the address are held, in one order: each may make the account there, and ends the others.
    """
    db.session.execute(select(Link.id).where(Link.email == link.email).order_by(Link.id).with_for_update())
    db.session.refresh(link)
    if link.used_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))


def use_up(link: Link, account: Account) -> None:
    """A link was used: it and every other one that opens the same account are worth nothing from here on.

    It stays tied to the account, which may move and still be erased from wherever it was.
    """
    link.account_id = account.id
    opening = (Link.email == link.email) & Link.purpose.in_((Purpose.REGISTER, Purpose.PASSWORD))
    db.session.execute(
        update(Link).where(or_(Link.id == link.id, opening), Link.used_at.is_(None)).values(used_at=clock.now())
    )


def remember(account: Account) -> None:
    """Keep, as a used link, where an account is that is about to move: erasing looks there for mail to its owner.

    It is forgotten as every link is; the mail to that address is by then.
    """
    now = clock.now()
    made = Link(purpose=Purpose.ADDRESS, token_hash=queries.token_hash(secrets.token_urlsafe(32)), email=account.email)
    made.account_id, made.made_at, made.expires_at, made.used_at = account.id, now, now, now
    db.session.add(made)


def end_all_of(account: Account) -> None:
    """After a new password no link leads into an account that was mailed before: perhaps somebody else asked for it.

    Nothing of a move that did not happen is kept: the address was perhaps not that of the owner.
    """
    of_account = Link.account_id == account.id, Link.used_at.is_(None)
    db.session.execute(delete(Link).where(*of_account, Link.purpose == Purpose.ADDRESS))
    db.session.execute(update(Link).where(*of_account).values(used_at=clock.now()))
