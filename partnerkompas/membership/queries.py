"""Questions about organisations and links; read only."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select

from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.membership.models import Link, Organisation, Purpose


def all_organisations() -> Sequence[Organisation]:
    """Every organisation that was not ended, by name."""
    return db.session.scalars(
        select(Organisation).where(Organisation.ended_at.is_(None)).order_by(Organisation.name, Organisation.id)
    ).all()


def organisation(number: int) -> Organisation | None:
    """The organisation with this id, also one that ended."""
    return db.session.get(Organisation, number)


def subject(organisation: Organisation) -> str:
    """What the audit calls an organisation."""
    return f"organisation/{organisation.id}"


def members(organisation: Organisation) -> Sequence[Account]:
    """The people of an organisation, in the order in which they came."""
    return db.session.scalars(
        select(Account)
        .where(Account.organisation_id == organisation.id, Account.ended_at.is_(None))
        .order_by(Account.id)
    ).all()


def invited(organisation: Organisation) -> Sequence[Link]:
    """Who was invited and did not come yet, while the link works."""
    return db.session.scalars(
        select(Link)
        .where(
            Link.organisation_id == organisation.id,
            Link.purpose == Purpose.INVITATION,
            Link.used_at.is_(None),
            Link.expires_at > clock.now(),
        )
        .order_by(Link.id)
    ).all()


def token_hash(token: str) -> str:
    """What is kept of the token in a link; the token is 256 random bits, so one plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def usable_link(token: str) -> Link | None:
    """The link with this token, when it was not used and is not over."""
    return db.session.scalar(
        select(Link).where(Link.token_hash == token_hash(token), Link.used_at.is_(None), Link.expires_at > clock.now())
    )
