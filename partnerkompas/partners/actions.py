"""Verbs on partners; the only place that writes them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.partners import queries
from partnerkompas.partners.models import FormerName, Office, OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


class Outcome(StrEnum):
    """What saving did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PlainOffice:
    """An office as plain values."""

    city: str
    province: str = ""
    role: OfficeRole = OfficeRole.OFFICE
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class PlainPartner:
    """A partner as plain values: what a file or a form gives, and an export returns."""

    slug: str
    name: str
    legal_name: str = ""
    kvk_number: str = ""
    website: str = ""
    group_name: str = ""
    status: PartnerStatus = PartnerStatus.LISTED
    listed_on: date | None = None
    fictional: bool = False
    former_names: Sequence[str] = ()
    offices: Sequence[PlainOffice] = ()


def plain(partner: Partner) -> PlainPartner:
    """A stored partner as plain values; its offices and former names must be loaded."""
    return PlainPartner(
        slug=partner.slug,
        name=partner.name,
        legal_name=partner.legal_name,
        kvk_number=partner.kvk_number,
        website=partner.website,
        group_name=partner.group_name,
        status=partner.status,
        listed_on=partner.listed_on,
        fictional=partner.fictional,
        former_names=tuple(each.name for each in partner.former_names),
        offices=tuple(PlainOffice(each.city, each.province, each.role, each.source_url) for each in partner.offices),
    )


def save(actor: Actor, given: PlainPartner) -> tuple[Partner, Outcome]:
    """Create the partner with this slug, or make the one there is equal to what is given.

    A listed partner without a day of listing gets today. Raises NotAllowed.
    """
    partner = queries.by_slug(given.slug)
    require(actor, Permission.PARTNER_EDIT, partner)
    before = plain(partner) if partner else None
    wanted = given
    if given.status == PartnerStatus.LISTED and given.listed_on is None:
        wanted = replace(given, listed_on=(before and before.listed_on) or clock.today())
    if partner and _comparable(wanted) == _comparable(before):
        return partner, Outcome.UNCHANGED
    if partner is None:
        partner = Partner(slug=given.slug, offices=[], former_names=[])
        db.session.add(partner)
    for name in ("name", "legal_name", "kvk_number", "website", "group_name", "status", "listed_on", "fictional"):
        setattr(partner, name, getattr(wanted, name))
    if before is None or tuple(wanted.former_names) != tuple(before.former_names):
        partner.former_names = [FormerName(name=name) for name in dict.fromkeys(wanted.former_names)]
    if before is None or tuple(wanted.offices) != tuple(before.offices):
        partner.offices = [Office(**asdict(office)) for office in wanted.offices]
    db.session.flush()
    audit.record(
        db.session,
        actor,
        Permission.PARTNER_EDIT,
        f"partner/{partner.slug}",
        before=_readable(before),
        after=_readable(wanted),
    )
    return partner, Outcome.UPDATED if before else Outcome.CREATED


def _comparable(given: PlainPartner | None) -> object:
    return given and replace(given, former_names=tuple(given.former_names), offices=tuple(given.offices))


def _readable(given: PlainPartner | None) -> object:
    if given is None:
        return None
    values = asdict(given)
    return {**values, "listed_on": given.listed_on and given.listed_on.isoformat()}
