"""Whose facts these are: the partner of an address, for who may fill in its facts."""

from partnerkompas.accounts.session import current_actor
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission


def their_partner(slug: str) -> Partner:
    """The partner; others learn no more than the public page says. Raises NotAllowed."""
    partner = partners.by_slug(slug)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None  # the policy refuses nobody's page
    require(current_actor(), Permission.ANSWER_DRAFT, partner)
    return partner
