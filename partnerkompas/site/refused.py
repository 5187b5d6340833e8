"""Why the policy said no, in words for whom it refused: the real reason, and where it can be seen or mended."""

from typing import Any, NamedTuple

from flask import url_for

from partnerkompas.accounts.forms import role_label
from partnerkompas.accounts.session import current_account
from partnerkompas.infra.language import _
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.facts import is_admin, is_curator, partner_of
from partnerkompas.permissions.policy import POLICY, NotAllowed
from partnerkompas.permissions.vocabulary import Actor, Permission, Role


class Why(NamedTuple):
    """What to say, and the addresses that go with it."""

    words: str
    step_url: str = ""
    """Where a second step is taken, when that is what is missing."""
    stakes_url: str = ""
    """Where the own stakes are, when one of them is in the way."""


def why(refused: NotAllowed) -> Why:
    """The reason, by the condition that did not hold."""
    if refused.because in ("is_curator", "is_admin"):
        return _role(refused)
    if refused.because == "has_no_stake":
        return Why(_stake(refused.actor, refused.subject), stakes_url=url_for("own.page", _anchor="belangen"))
    return Why(_four_eyes().get(refused.because) or _others().get(refused.because) or _("Dit is niet van u."))


def _role(refused: NotAllowed) -> Why:
    needed, account = _roles_for(refused.permission), current_account()
    labels = _(" of ").join(role_label(role) for role in needed)
    if account is not None and any(role in account.roles for role in needed) and not refused.actor.roles:
        words = _("Uw rol telt pas als u bij het inloggen een tweede stap zet: een code, of een passkey.")
        return Why(words, step_url=url_for("second_factor.overview"))
    return Why(_("Dit is voor wie deze rol heeft: %(roles)s. U hebt die niet.", roles=labels))


def _roles_for(permission: Permission) -> list[Role]:
    facts = {fact for alternative in POLICY[permission] for fact in alternative}
    return [role for role, fact in ((Role.CURATOR, is_curator), (Role.ADMIN, is_admin)) if fact in facts]


def _stake(actor: Actor, subject: Any) -> str:
    number = partner_of(subject)
    if number not in actor.represents | actor.interests:
        return _("U spreekt voor een partner. Wie dat doet, beslist over geen enkele partner. Een collega doet dit.")
    name = partners.names_of([number])[number][1] if number is not None else ""
    return _(
        "U hebt een belang bij %(partner)s: u spreekt ervoor of meldde een belang, nu of nog geen jaar geleden, "
        "of bij een partner die erin opging. Een collega doet dit.",
        partner=name,
    )


def _four_eyes() -> dict[str, str]:
    return {
        "is_not_provider": _("U hebt dit zelf ingevuld. Een collega kijkt het na."),
        "did_not_vouch": _("U hebt zelf ingevuld of nagekeken wat hier staat. Een collega beslist."),
        "is_not_opener": _("U hebt dit zelf betwist. Een collega beslist."),
        "did_not_announce": _("U kondigde dit zelf aan. Over de reactie beslist een collega."),
        "is_not_owner": _("Dit is uw eigen verzoek. Een collega beslist."),
        "is_not_self": _("Dit gaat over uw eigen account. Een collega doet dit."),
    }


def _others() -> dict[str, str]:
    return {
        "represents_partner": _("Dit is voor wie voor deze partner spreekt."),
        "signs_for_partner": _("Dit is voor wie voor deze partner ondertekent."),
        "does_not_represent": _("U spreekt al voor deze partner."),
    }
