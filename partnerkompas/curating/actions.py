"""Verbs of a curator on the list of partners; they ask permission and leave their trace in `partners.actions`."""

import re
from dataclasses import replace

from partnerkompas.criteria.kinds import NotAnAnswer
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainPartner
from partnerkompas.partners.models import Partner, PartnerStatus, slug_for
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LONGEST_NAME = 120


def tidied(given: PlainPartner) -> PlainPartner:
    """A partner as it can be kept. Raises NotAcceptable with what is wrong."""
    name, number, website = printable(given.name), given.kvk_number.replace(" ", ""), given.website.strip()
    if not name or not slug_for(name):
        raise NotAcceptable(_("Geef de partner een naam met letters of cijfers."))
    if len(name) > LONGEST_NAME:
        raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    if number and not re.fullmatch(r"\d{8}", number, re.ASCII):
        raise NotAcceptable(_("Een KvK-nummer heeft acht cijfers."))
    if website:
        try:
            website = web_address(website)
        except NotAnAnswer:
            raise NotAcceptable(_("Vul de website in als een heel adres, dat met https:// begint.")) from None
    return replace(given, name=name, kvk_number=number, website=website)


def add(actor: Actor, given: PlainPartner) -> Partner:
    """Add a partner under a slug of its own. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.PARTNER_EDIT, None)
    wanted = tidied(given)
    made, _outcome = partners.save(actor, replace(wanted, slug=_free_slug(wanted.name)))
    return made


def change(actor: Actor, partner: Partner, given: PlainPartner) -> None:
    """Change a partner. A name it had before stays a name that leads to it, and so does its slug.

    Its status only goes from draft to listed here. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.PARTNER_EDIT, partner)
    before, wanted = partners.plain(partner), tidied(given)
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
        ),
    )


def _free_slug(name: str) -> str:
    slug, number = slug_for(name), 1
    taken = queries.by_slugs([slug, *(f"{slug}-{n}" for n in range(2, 100))])
    while slug in taken:
        number += 1
        slug = f"{slug_for(name)}-{number}"
    return slug
