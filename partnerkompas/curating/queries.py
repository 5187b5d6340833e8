"""Questions about the list of partners; read only."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from partnerkompas.curating.duplicates import Known, pairs, weakness
from partnerkompas.curating.models import NotTheSame
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner, PartnerStatus


def known_partners() -> list[Known]:
    """What tells partners apart, of all of them whatever their status, by name."""
    rows = db.session.execute(
        select(Partner.slug, Partner.name, Partner.kvk_number, Partner.website, Partner.status).order_by(
            Partner.name, Partner.id
        )
    )
    return [
        Known(row.slug, row.name, row.kvk_number, row.website, row.status == PartnerStatus.DELISTED) for row in rows
    ]


def waiting_pairs() -> list[tuple[Known, Known]]:
    """Every pair of partners that may be one, without delisted ones and without what a curator noted not to be.

    The most likely first.
    """
    noted = {frozenset(each) for each in _noted_slugs()}
    known = [each for each in known_partners() if not each.delisted]
    found = [(one, other) for one, other in pairs(known) if frozenset((one.slug, other.slug)) not in noted]
    return sorted(found, key=weakness)


def _noted_slugs() -> list[tuple[str, str]]:
    one, other = aliased(Partner), aliased(Partner)
    rows = db.session.execute(
        select(one.slug, other.slug)
        .select_from(NotTheSame)
        .join(one, one.id == NotTheSame.one_id)
        .join(other, other.id == NotTheSame.other_id)
        .where(NotTheSame.undone_at.is_(None))
    )
    return [(row[0], row[1]) for row in rows]


def noted(limit: int, offset: int = 0) -> Sequence[NotTheSame]:
    """Pairs that are noted not to be the same, the newest first."""
    wanted = select(NotTheSame).where(NotTheSame.undone_at.is_(None)).order_by(NotTheSame.id.desc())
    return db.session.scalars(wanted.limit(limit).offset(offset)).all()


def how_many_noted() -> int:
    """How many pairs are noted not to be the same."""
    return db.session.scalar(select(func.count()).where(NotTheSame.undone_at.is_(None))) or 0


def noted_of(one: Partner, other: Partner) -> NotTheSame | None:
    """The note that two partners are not the same, if there is one."""
    low, high = sorted((one.id, other.id))
    return db.session.scalar(
        select(NotTheSame).where(NotTheSame.one_id == low, NotTheSame.other_id == high, NotTheSame.undone_at.is_(None))
    )


def slugs() -> frozenset[str]:
    """Every slug that is taken, whatever the status of its partner."""
    return frozenset(db.session.scalars(select(Partner.slug)))
