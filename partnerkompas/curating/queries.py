"""Questions about the list of partners; read only."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from partnerkompas.curating.duplicates import Known
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


def slugs() -> frozenset[str]:
    """Every slug that is taken, whatever the status of its partner."""
    return frozenset(db.session.scalars(select(Partner.slug)))


def held(partner: Partner) -> Partner:
    """The partner as it is at this moment, so that of two people who save at once one is told: the second."""
    return db.session.scalars(
        select(Partner)
        .where(Partner.id == partner.id)
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
        .execution_options(populate_existing=True)
        .with_for_update()
    ).one()
