"""Verbs of a curator on the list of partners; they ask permission and leave their trace in `partners.actions`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from partnerkompas.criteria.kinds import NotAnAnswer
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.curating import queries, versions
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries as known
from partnerkompas.partners.actions import PlainOffice, PlainPartner, SlugTaken
from partnerkompas.partners.models import LONGEST_SLUG, Partner, PartnerStatus, slug_for
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LONGEST_NAME = 120
LONGEST_PLACE = 80
NOTHING = PlainPartner("", "")


class Outdated(NotAcceptable):
    """Somebody else changed the partner since the page was made; `fields` are those of PlainPartner that changed."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(_("Intussen heeft iemand anders deze partner gewijzigd"))
        self.fields = tuple(fields)


def tidied(given: PlainPartner, before: PlainPartner = NOTHING) -> PlainPartner:
    """A partner as it can be kept. What stands `before` already is not judged anew: a file may hold more than a form.

    Raises NotAcceptable with what is wrong.
    """
    found = replace(
        given,
        name=printable(given.name),
        legal_name=printable(given.legal_name),
        kvk_number=given.kvk_number.replace(" ", ""),
        website=given.website.strip(),
        group_name=printable(given.group_name),
    )
    if not any(map(str.isalnum, found.name)):
        raise NotAcceptable(_("Geef de partner een naam met letters of cijfers."))
    for name in ("name", "legal_name", "group_name"):
        if len(getattr(found, name)) > LONGEST_NAME and getattr(found, name) != getattr(before, name):
            raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    if found.kvk_number not in ("", before.kvk_number) and not re.fullmatch(r"\d{8}", found.kvk_number, re.ASCII):
        raise NotAcceptable(_("Een KvK-nummer heeft acht cijfers."))
    if found.website not in ("", before.website):
        try:
            web_address(found.website)
        except NotAnAnswer as wrong:
            raise NotAcceptable(_("De website kan niet: %(why)s.", why=wrong)) from None
    known = {office.city for office in before.offices}
    if any(len(office.city) > LONGEST_PLACE and office.city not in known for office in found.offices):
        raise NotAcceptable(_("Een plaats heeft ten hoogste %(n)s tekens.", n=LONGEST_PLACE))
    return found


def add(actor: Actor, given: PlainPartner) -> Partner:
    """Add a partner under a slug of its own; never changes one that is there. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.PARTNER_EDIT, None)
    wanted = tidied(given)
    for slug in _slugs(wanted.name):
        try:
            return partners.create(actor, replace(wanted, slug=slug))
        except SlugTaken:
            continue  # somebody else was first
    raise AssertionError("there is always another slug")


def change(actor: Actor, partner: Partner, given: PlainPartner, version: str) -> None:
    """Change a partner. A name it had before stays a name that leads to it, and so does its slug.

    Its status only goes from draft to listed here, and what a form does not ask stays as it is. `version` is that of
    the partner as it stood on the page (see `versions`). Raises NotAllowed, Outdated and NotAcceptable.
    """
    require(actor, Permission.PARTNER_EDIT, partner)
    before = partners.plain(known.held(partner.id))
    if changed := versions.changed_since(version, before):
        raise Outdated(changed)
    wanted = tidied(given, before)
    former = [*before.former_names, *([before.name] if wanted.name != before.name else [])]
    listed = before.status == PartnerStatus.DRAFT and wanted.status == PartnerStatus.LISTED
    partners.save(
        actor,
        replace(
            wanted,
            slug=before.slug,
            status=wanted.status if listed else before.status,
            listed_on=before.listed_on,
            fictional=before.fictional,
            former_names=tuple(name for name in dict.fromkeys(former) if name != wanted.name),
            offices=_with_sources(wanted.offices, before.offices),
        ),
    )


def _with_sources(wanted: Sequence[PlainOffice], before: Sequence[PlainOffice]) -> tuple[PlainOffice, ...]:
    """Offices with the source of the one of before that is the same place, province and role: a form has no source."""
    left = list(before)
    found = []
    for office in wanted:
        same = next((each for each in left if replace(each, source_url="") == office), None)
        if same is not None:
            left.remove(same)
        found.append(same or office)
    return tuple(found)


def _slugs(name: str) -> Iterator[str]:
    """The slugs a partner of this name may have that nobody has, the simplest first; "partner" for another script."""
    plain = slug_for(name) or "partner"
    taken = queries.slugs()
    for number in count(1):
        end = f"-{number}" if number > 1 else ""
        slug = plain[: LONGEST_SLUG - len(end)].strip("-") + end
        if slug not in taken:
            yield slug
