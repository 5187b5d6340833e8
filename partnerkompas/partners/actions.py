"""Verbs on partners; the only place that writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.exc import IntegrityError

from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.parameters import printable
from partnerkompas.partners import queries
from partnerkompas.partners.models import FormerName, Office, OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


class Outcome(StrEnum):
    """What saving did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"
    """Not saved: something that was recorded later is known."""


class SlugTaken(ValueError):
    """There is a partner with this slug."""


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


def create(actor: Actor, given: PlainPartner) -> Partner:
    """Create a partner; one that is there is never changed, also not when somebody else adds it at this moment.

    Raises NotAllowed and SlugTaken.
    """
    require(actor, Permission.PARTNER_EDIT, None)
    if queries.by_slug(given.slug) is not None:
        raise SlugTaken(given.slug)
    try:
        with db.session.begin_nested():
            made, outcome = save(actor, given)
            if outcome is not Outcome.CREATED:
                raise SlugTaken(given.slug)
            return made
    except IntegrityError:
        raise SlugTaken(given.slug) from None


def save(actor: Actor, given: PlainPartner) -> tuple[Partner, Outcome]:
    """Create the partner with this slug, or make the one there is equal to what is given. See `save_many`."""
    return save_many(actor, [given])[0]


def save_many(actor: Actor, given: Sequence[PlainPartner]) -> list[tuple[Partner, Outcome]]:
    """Create partners, or make those that are there equal to what is given; in the order given.

    No slug may come twice. A listed partner without a day of listing gets today. One that a curator delisted or merged
    stays so, whatever is given: only a curator undoes that. Raises NotAllowed, before anything is written.
    """
    there = queries.by_slugs(each.slug for each in given)
    for each in given:
        require(actor, Permission.PARTNER_EDIT, there.get(each.slug))
    before = {slug: plain(partner) for slug, partner in there.items()}
    left = queries.left(partner.id for partner in there.values())
    fixed = {slug: partner.status for slug, partner in there.items() if partner.id in left}
    given = [replace(each, status=fixed.get(each.slug, each.status)) for each in given]
    wanted = [_completed(each, before.get(each.slug)) for each in given]
    changed = [each for each in wanted if each != before.get(each.slug)]
    _clear_lists([(there[each.slug], each) for each in changed if each.slug in there])
    for each in changed:
        partner = there.setdefault(each.slug, Partner(slug=each.slug, former_names=[], offices=[]))
        db.session.add(partner)
        _fill(partner, each)
    db.session.flush()
    for each in changed:
        subject, old, new = f"partner/{each.slug}", _readable(before.get(each.slug)), _readable(each)
        audit.record(db.session, actor, Permission.PARTNER_EDIT, subject, before=old, after=new)
    db.session.flush()
    return [(there[each.slug], _outcome(each, before.get(each.slug))) for each in wanted]


def _completed(given: PlainPartner, before: PlainPartner | None) -> PlainPartner:
    """What is to be stored: with a day of listing, texts that can be printed, and lists that can be compared."""
    listed_on = given.listed_on
    if listed_on is None and given.status == PartnerStatus.LISTED:
        listed_on = (before and before.listed_on) or clock.today()
    return replace(
        given,
        name=printable(given.name),
        legal_name=printable(given.legal_name),
        group_name=printable(given.group_name),
        listed_on=listed_on,
        former_names=tuple(dict.fromkeys(map(printable, given.former_names))),
        offices=tuple(replace(each, city=printable(each.city)) for each in given.offices),
    )


def _outcome(wanted: PlainPartner, before: PlainPartner | None) -> Outcome:
    if before is None:
        return Outcome.CREATED
    return Outcome.UNCHANGED if wanted == before else Outcome.UPDATED


def _clear_lists(pairs: Iterable[tuple[Partner, PlainPartner]]) -> None:
    """Remove names and offices that will be given anew, before the new ones come: their order is that of their ids."""
    for partner, wanted in pairs:
        if tuple(each.name for each in partner.former_names) != wanted.former_names:
            partner.former_names = []
        if plain(partner).offices != wanted.offices:
            partner.offices = []
    db.session.flush()


def _fill(partner: Partner, wanted: PlainPartner) -> None:
    for name in ("name", "legal_name", "kvk_number", "website", "group_name", "status", "listed_on", "fictional"):
        setattr(partner, name, getattr(wanted, name))
    if not partner.former_names:
        partner.former_names = [FormerName(name=name) for name in wanted.former_names]
    if not partner.offices:
        partner.offices = [Office(**asdict(office)) for office in wanted.offices]


def _readable(given: PlainPartner | None) -> object:
    if given is None:
        return None
    values = asdict(given)
    return {**values, "listed_on": given.listed_on and given.listed_on.isoformat()}
