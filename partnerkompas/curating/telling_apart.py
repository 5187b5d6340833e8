"""Noting that two partners that look the same are not: the pair leaves the workbench, and can come back (row O2)."""

from partnerkompas.curating import queries
from partnerkompas.curating.models import NotTheSame
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


def differ(actor: Actor, one: Partner, other: Partner) -> NotTheSame | None:
    """Note that two partners are not the same; again is harmless, and so is one with itself. Raises NotAllowed."""
    for each in (one, other):
        require(actor, Permission.PARTNERS_MERGE, each)
    if one.id == other.id:
        return None
    first, second = sorted((one, other), key=lambda each: each.id)
    partners.held(first.id)
    if (known := queries.noted_of(first, second)) is not None:
        return known
    made = NotTheSame(one_id=first.id, other_id=second.id, noted_by=actor.account_id)
    db.session.add(made)
    db.session.flush()
    _record(actor, "partners:not_the_same", first, second)
    return made


def take_back(actor: Actor, noted: NotTheSame) -> None:
    """They may be the same after all; again is harmless. Raises NotAllowed."""
    first, second = (db.session.get_one(Partner, number) for number in (noted.one_id, noted.other_id))
    for each in (first, second):
        require(actor, Permission.PARTNERS_MERGE, each)
    if noted.undone_at is None:
        noted.undone_at = clock.now()
        db.session.flush()
        _record(actor, "partners:perhaps_the_same", first, second)


def _record(actor: Actor, deed: str, one: Partner, other: Partner) -> None:
    """Twice, so that who searches for either finds it."""
    for each, another in ((one, other), (other, one)):
        audit.record(db.session, actor, deed, f"partner/{each.slug}", after={"other": another.slug})
