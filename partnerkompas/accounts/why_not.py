"""Why a curator may not do something, and who may: nobody should wait for a colleague who is not there."""

from typing import Any, NamedTuple

from partnerkompas.accounts import queries
from partnerkompas.infra.language import _
from partnerkompas.permissions.facts import (
    did_not_announce,
    did_not_vouch,
    has_no_stake,
    is_admin,
    is_curator,
    is_left_to_an_administrator,
    is_not_opener,
    is_not_owner,
    is_not_provider,
    is_not_self,
)
from partnerkompas.permissions.policy import lacking
from partnerkompas.permissions.vocabulary import Actor, Permission


class WhyNot(NamedTuple):
    """Why the policy refuses something to somebody."""

    reasons: str
    """In words that finish "because"."""
    somebody_else: bool
    """Whether another curator may, or an administrator where it is left to one."""


def why_not(actor: Actor, permission: Permission, subject: Any) -> WhyNot | None:
    """Why somebody with a role may not do what a curator does; None for who may, and for who has no role."""
    lacks = lacking(actor, permission, subject)
    if not actor.roles or not lacks:
        return None
    stake = (
        _("u spreekt voor een partner")
        if actor.represents
        else _(
            "u meldde een belang bij deze partner of een die erin opging, of had dat of sprak ervoor "
            "tot minder dan een jaar geleden"
        )
    )
    told = {
        is_curator: _("u bent geen curator"),
        is_admin: _("u bent geen beheerder"),
        is_left_to_an_administrator: _("een curator zonder belang kan het doen"),
        is_not_self: _("het gaat over uw eigen account"),
        did_not_announce: _("u kondigde dit zelf aan"),
        has_no_stake: stake,
        is_not_opener: _("u betwistte het feit zelf"),
        did_not_vouch: _("u legde het feit zelf vast, keek het na, of nam het over bij samenvoegen"),
        is_not_provider: _("u gaf het antwoord zelf op"),
        is_not_owner: _("u vroeg het zelf"),
    }
    reasons = [told[each] for each in lacks if each in told] or [_("het is niet van u")]
    return WhyNot(_(" en ").join(reasons), queries.somebody_else_may(actor, permission, subject))
