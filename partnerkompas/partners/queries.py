"""Questions about partners; read only."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import selectinload

from partnerkompas.infra.db import db
from partnerkompas.partners.models import Delisting, FormerName, Merge, Office, OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import Actor, Role


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The policy of partner:read as a filter; a test asserts that both give the same."""
    if Role.CURATOR in actor.roles or actor.operates:
        return true()
    return or_(Partner.status == PartnerStatus.LISTED, Partner.id.in_(actor.represents))


def by_slug(slug: str) -> Partner | None:
    """The partner with this slug, whatever its status, with its offices and former names."""
    if not slug.isascii() or not slug.isprintable():
        return None  # no slug has such signs, and PostgreSQL takes no NUL
    return db.session.scalar(
        select(Partner)
        .where(Partner.slug == slug)
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
    )


def by_slugs(slugs: Iterable[str]) -> dict[str, Partner]:
    """The partners with these slugs, whatever their status, with offices and former names."""
    rows = db.session.scalars(
        select(Partner)
        .where(Partner.slug.in_(list(slugs)))
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
    )
    return {row.slug: row for row in rows}


def with_ids(ids: Iterable[int], actor: Actor) -> dict[int, Partner]:
    """The partners with these ids that the actor may see, with offices and former names."""
    rows = db.session.scalars(
        select(Partner)
        .where(Partner.id.in_(list(ids)), visible_to(actor))
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
    )
    return {row.id: row for row in rows}


def cities_of(ids: Iterable[int], actor: Actor) -> dict[int, list[str]]:
    """The places of the partners with these ids that the actor may see: plain rows, for who lists thousands."""
    rows = db.session.execute(
        select(Partner.id, Office.city)
        .outerjoin(Office, Office.partner_id == Partner.id)
        .where(Partner.id.in_(list(ids)), visible_to(actor))
        .order_by(Office.id)
    )
    found: dict[int, list[str]] = {}
    for id_, city in rows:
        places = found.setdefault(id_, [])
        if city and city not in places:
            places.append(city)
    return found


class Called(NamedTuple):
    """A name of a partner, and what sort of name."""

    name: str
    sort: str = "own"
    """ "own", "legal", "group" or "former"; of what it is called in more than one way the first of these."""


class Known(NamedTuple):
    """What a partner is called, its own name first, and where it is."""

    names: tuple[Called, ...]
    cities: tuple[str, ...]
    provinces: tuple[str, ...]
    """Codes of those where it has an office, sorted."""


def known_as(ids: Iterable[int], actor: Actor) -> dict[int, Known]:
    """The names and places of the partners with these ids that the actor may see: one question, plain rows."""
    found: dict[int, tuple[dict[str, str], dict[str, None], set[str]]] = {}
    rows = db.session.connection().execute(_asking_for_names(actor), {"ids": list(ids)})
    for id_, own, legal, group, former, city, province, role in rows:
        if id_ not in found:
            found[id_] = {}, {}, set()
        names, cities, provinces = found[id_]
        for name, sort in ((own, "own"), (legal, "legal"), (group, "group"), (former, "former")):
            names.setdefault(name, sort)
        cities[city] = None
        if role is OfficeRole.OFFICE:
            provinces.add(province)
    return {
        id_: Known(
            tuple(Called(*each) for each in names.items() if each[0]),
            tuple(filter(None, cities)),
            tuple(sorted(provinces)),
        )
        for id_, (names, cities, provinces) in found.items()
    }


_NAMES = Partner.id, Partner.name, Partner.legal_name, Partner.group_name


@lru_cache(maxsize=8)
def _asking_for_names(actor: Actor) -> Select[Any, *tuple[Any, ...]]:
    """A query, kept: making it takes longer than asking it about a few partners."""
    return (
        select(*_NAMES, FormerName.name, Office.city, Office.province, Office.role)
        .outerjoin(FormerName, FormerName.partner_id == Partner.id)
        .outerjoin(Office, Office.partner_id == Partner.id)
        .where(Partner.id.in_(bindparam("ids", expanding=True)), visible_to(actor))
        .order_by(FormerName.id, Office.id)
    )


def with_slugs(slugs: Iterable[str], actor: Actor) -> dict[str, Partner]:
    """The partners with these slugs that the actor may see, in the order asked, with offices and former names."""
    asked = list(slugs)
    rows = db.session.scalars(
        select(Partner)
        .where(Partner.slug.in_(asked), visible_to(actor))
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
    )
    found = {row.slug: row for row in rows}
    return {slug: found[slug] for slug in asked if slug in found}


def every_visible_to(actor: Actor) -> dict[int, Partner]:
    """Every partner the actor may see by id, in the order of slugs."""
    rows = db.session.scalars(
        select(Partner)
        .where(visible_to(actor))
        .options(selectinload(Partner.offices), selectinload(Partner.former_names))
        .order_by(Partner.slug)
    )
    return {row.id: row for row in rows}


def left(ids: Iterable[int]) -> frozenset[int]:
    """Which of some partners are out of the directory because a curator delisted or merged them."""
    asked = list(ids)
    if not asked:
        return frozenset()
    delisted = select(Delisting.partner_id).where(
        Delisting.partner_id.in_(asked), Delisting.done_at.is_not(None), Delisting.ended_at.is_(None)
    )
    merged = select(Merge.absorbed_id).where(Merge.absorbed_id.in_(asked), Merge.undone_at.is_(None))
    return frozenset(db.session.scalars(delisted.union(merged)))


def went_on() -> Select[int]:
    """The ids of the partners that were public until they were merged into one that is public, or into that again."""
    was = Merge.did["status"].as_string().label("was")
    running = select(Merge.absorbed_id, was).where(Merge.undone_at.is_(None))
    into_public = running.join(Partner, Partner.id == Merge.kept_id).where(Partner.status == PartnerStatus.LISTED)
    found = into_public.cte(recursive=True)
    found = found.union(running.join(found, found.c.absorbed_id == Merge.kept_id))
    return select(found.c.absorbed_id).where(found.c.was == PartnerStatus.LISTED.value)


def how_many() -> int:
    """How many partners there are, whatever their status."""
    return db.session.scalar(select(func.count()).select_from(Partner)) or 0


_GOES_ON = ~select(Merge.id).where(Merge.absorbed_id == Partner.id, Merge.undone_at.is_(None)).exists()
"""Was not merged into another."""


def called(name: str, actor: Actor) -> Partner | None:
    """The partner that is offered as this name, whatever its capitals, to the actor; also by its slug alone where no
    partner has that for a name. None when none or several have it. See `names_offered_to`.
    """
    text = name.strip().lower()
    offered = select(Partner).where(visible_to(actor), _GOES_ON)
    found = db.session.scalars(offered.where(func.lower(Partner.name) == text).limit(2)).all()
    if found:
        return found[0] if len(found) == 1 else None
    slug = text.removesuffix(")").rpartition("(")[2]
    one = db.session.scalar(offered.where(Partner.slug == slug))
    return one if one is not None and text in (slug, f"{one.name} ({slug})".lower()) else None


def names_of(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name of partners by id, whatever their status: for who is tied to them."""
    rows = db.session.execute(select(Partner.id, Partner.slug, Partner.name).where(Partner.id.in_(list(ids))))
    return {row.id: (row.slug, row.name) for row in rows}


def names_offered_to(actor: Actor, most: int = 1000) -> list[str]:
    """What to choose the partners by that the actor may see, without those that were merged into another: their names,
    with the slug behind a name that several have. By name, at most so many.
    """
    share = func.count().over(partition_by=func.lower(Partner.name))
    rows = select(Partner.name, Partner.slug, share).where(visible_to(actor), _GOES_ON)
    found = db.session.execute(rows.order_by(Partner.name, Partner.slug).limit(most))
    return [name if n == 1 else f"{name} ({slug})" for name, slug, n in found]


def websites_of(ids: Iterable[int]) -> dict[int, str]:
    """The websites of partners by id, whatever their status; empty for who has none."""
    rows = db.session.execute(select(Partner.id, Partner.website).where(Partner.id.in_(list(ids))))
    return {row.id: row.website for row in rows}


def with_id(number: int) -> Partner:
    """The partner with this id, which must be there, with its offices and former names."""
    return db.session.get_one(
        Partner, number, options=[selectinload(Partner.offices), selectinload(Partner.former_names)]
    )


def held(number: int) -> Partner:
    """The partner with this id as it is now, with its offices and former names, which nobody else changes until this
    transaction ends. Of two people who do something about it at once, the second sees what the first did (REL-05).

    **The order of holding**, everywhere, so that no two wait for each other: links and representations first, then
    an account, then partners, the lowest id first, then what belongs to a partner (its delisting, merge, challenges,
    answers, drafts). What was read of those before is read again once the partner is held. Held with `key_share`: a new
    row that refers to a partner or an account, such as a message, then waits for nobody.
    """
    return db.session.get_one(
        Partner,
        number,
        options=[selectinload(Partner.offices), selectinload(Partner.former_names)],
        populate_existing=True,
        with_for_update={"key_share": True},
    )
