"""Facts about an actor and a subject; each reads as English after "if"."""

from typing import Any

from partnerkompas.permissions.vocabulary import Actor, Role


def anyone(actor: Actor, subject: Any) -> bool:
    return True


def exists(actor: Actor, subject: Any) -> bool:
    """There is such a thing: what is not there and what is hidden get the same answer."""
    return subject is not None


def is_operator(actor: Actor, subject: Any) -> bool:
    return actor.operates


def is_curator(actor: Actor, subject: Any) -> bool:
    return Role.CURATOR in actor.roles


def is_no_curator(actor: Actor, subject: Any) -> bool:
    """Whoever judges all partners speaks for none: that role is given back first."""
    return Role.CURATOR not in actor.roles


def is_admin(actor: Actor, subject: Any) -> bool:
    return Role.ADMIN in actor.roles


def has_account(actor: Actor, subject: Any) -> bool:
    return actor.account_id is not None


def is_not_self(actor: Actor, subject: Any) -> bool:
    return actor.account_id != getattr(subject, "id", None)


def is_self(actor: Actor, account: Any) -> bool:
    return actor.account_id is not None and actor.account_id == account.id


def is_of_organisation(actor: Actor, organisation: Any) -> bool:
    """Is a member of it, and it was not ended."""
    return organisation.ended_at is None and actor.organisation_id == organisation.id


def is_kept(actor: Actor, saved: Any) -> bool:
    """Its owner did not end it."""
    return saved.ended_at is None


def is_owner(actor: Actor, thing: Any) -> bool:
    return actor.account_id is not None and thing.account_id == actor.account_id


def is_not_owner(actor: Actor, thing: Any) -> bool:
    return not is_owner(actor, thing)


def is_opener(actor: Actor, challenge: Any) -> bool:
    return actor.account_id is not None and challenge.opened_by == actor.account_id


def is_not_opener(actor: Actor, challenge: Any) -> bool:
    """Four eyes: nobody decides about what they disputed themselves."""
    return not is_opener(actor, challenge)


def is_not_provider(actor: Actor, answer: Any) -> bool:
    """Did not state it: nobody checks what they provided themselves."""
    return answer.provided_by is None or answer.provided_by != actor.account_id


def did_not_vouch(actor: Actor, challenge: Any) -> bool:
    """Four eyes: nobody decides about a fact, or what took its place, that they stated or checked themselves."""
    return actor.account_id not in challenge.vouched_by


def did_not_announce(actor: Actor, delisting: Any) -> bool:
    """Four eyes: nobody decides about an objection to what they announced themselves."""
    return actor.account_id is None or delisting.announced_by != actor.account_id


def is_left_to_an_administrator(actor: Actor, subject: Any) -> bool:
    """Is a delisting that the partner objects to, and no curator but who announced it can decide."""
    return bool(getattr(subject, "is_left_to_an_administrator", False))


def is_signed(actor: Actor, file: Any) -> bool:
    """Belongs to an answer that was signed or entered, not only to what somebody is still filling in."""
    return bool(file.is_signed)


def is_listed(actor: Actor, partner: Any) -> bool:
    return bool(partner.is_listed)


def is_of_absorbed(actor: Actor, challenge: Any) -> bool:
    """Is about a profile that was public until its partner was merged into another that is."""
    return bool(challenge.is_of_absorbed)


def goes_on(actor: Actor, partner: Any) -> bool:
    """Was not merged into another: what is filled in there no visitor would see."""
    return not partner.is_absorbed


def partner_of(subject: Any) -> int | None:
    """The id of the partner that a subject is, or is about."""
    return subject.partner_id if hasattr(subject, "partner_id") else getattr(subject, "id", None)


def represents_partner(actor: Actor, subject: Any) -> bool:
    return partner_of(subject) in actor.represents


def represents_whom_it_also_proves(actor: Actor, file: Any) -> bool:
    """Represents another partner of which this file proves an answer."""
    return not actor.represents.isdisjoint(file.also_proves)


def has_no_stake_in_whom_it_also_proves(actor: Actor, file: Any) -> bool:
    return actor.interests.isdisjoint(file.also_proves)


def does_not_represent(actor: Actor, subject: Any) -> bool:
    return partner_of(subject) not in actor.represents


def signs_for_partner(actor: Actor, subject: Any) -> bool:
    return partner_of(subject) in actor.signs_for


def has_no_stake(actor: Actor, subject: Any) -> bool:
    """Represents no partner at all, and declared no interest in this one."""
    return not actor.represents and partner_of(subject) not in actor.interests
