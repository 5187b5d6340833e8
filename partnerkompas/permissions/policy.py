"""The policy, on one page: each permission is granted when all facts of one of its alternatives hold."""

from collections.abc import Callable
from itertools import takewhile
from typing import Any

from partnerkompas.infra import tripwire
from partnerkompas.permissions.facts import (
    anyone,
    did_not_announce,
    did_not_vouch,
    does_not_represent,
    exists,
    goes_on,
    has_account,
    has_no_stake,
    has_no_stake_in_whom_it_also_proves,
    is_admin,
    is_curator,
    is_kept,
    is_left_to_an_administrator,
    is_listed,
    is_no_curator,
    is_not_opener,
    is_not_owner,
    is_not_provider,
    is_not_self,
    is_of_absorbed,
    is_of_organisation,
    is_opener,
    is_operator,
    is_owner,
    is_self,
    is_signed,
    represents_partner,
    represents_whom_it_also_proves,
    signs_for_partner,
)
from partnerkompas.permissions.vocabulary import Actor, Permission

Fact = Callable[[Actor, Any], bool]

POLICY: dict[Permission, tuple[tuple[Fact, ...], ...]] = {
    Permission.SITE_READ: ((anyone,),),
    Permission.OPENDATA_READ: ((anyone,),),
    Permission.CRITERION_READ: ((anyone,),),
    Permission.PARTNER_READ: (
        (exists, is_listed),
        (exists, represents_partner),
        (exists, is_curator),
        (exists, is_operator),
    ),
    Permission.PARTNER_EDIT: ((is_curator, has_no_stake), (is_operator,)),
    Permission.PARTNERS_CURATE: ((is_curator,),),
    Permission.PARTNERS_MERGE: ((exists, is_curator, has_no_stake),),
    Permission.DELISTING_READ: (
        (exists, represents_partner),
        (exists, is_curator),
        (exists, is_admin, is_left_to_an_administrator),
    ),
    Permission.DELISTING_DECIDE: (
        (exists, is_curator, has_no_stake),
        (exists, is_admin, is_left_to_an_administrator, has_no_stake),
        (exists, is_operator),
    ),
    Permission.DELISTING_JUDGE: (
        (exists, is_curator, has_no_stake, did_not_announce),
        (exists, is_admin, is_left_to_an_administrator, has_no_stake, did_not_announce),
    ),
    Permission.DELISTING_RESPOND: ((exists, represents_partner),),
    Permission.DELISTING_CONFIRM: ((exists, signs_for_partner),),
    Permission.PARTNER_CLAIM: ((exists, is_listed, has_account, does_not_represent, is_no_curator),),
    Permission.REPRESENTATION_READ: ((exists, is_owner), (exists, is_curator), (exists, signs_for_partner)),
    Permission.REPRESENTATION_DECIDE: ((exists, is_curator, has_no_stake, is_not_owner),),
    Permission.REPRESENTATION_END: (
        (exists, is_owner),
        (exists, signs_for_partner),
        (exists, is_curator, has_no_stake),
        (exists, is_operator),
    ),
    Permission.ANSWER_PROVIDE: ((represents_partner,), (is_curator, has_no_stake), (is_operator,)),
    Permission.ANSWER_DRAFT: ((represents_partner, goes_on),),
    Permission.ANSWER_SIGN: ((signs_for_partner, goes_on),),
    Permission.ANSWER_VERIFY: ((exists, is_curator, has_no_stake, is_not_provider),),
    Permission.ANSWER_REVIEW_READ: ((exists, is_curator),),
    Permission.FACT_ENTER: ((is_curator, has_no_stake),),
    Permission.EVIDENCE_READ: (
        (exists, represents_partner),
        (exists, represents_whom_it_also_proves),
        (exists, is_curator, has_no_stake, has_no_stake_in_whom_it_also_proves, is_signed),
    ),
    Permission.EVIDENCE_ADD: ((represents_partner,), (is_curator, has_no_stake)),
    Permission.EVIDENCE_REMOVE: ((exists, represents_partner), (exists, is_operator)),
    Permission.ANSWER_CHALLENGE: ((has_account,), (is_operator,)),
    Permission.CHALLENGE_READ: (
        (exists, is_listed),
        (exists, is_of_absorbed),
        (exists, is_opener),
        (exists, represents_partner),
        (exists, is_curator),
    ),
    Permission.CHALLENGE_RESPOND: ((exists, represents_partner),),
    Permission.CHALLENGE_WITHDRAW: ((exists, is_opener),),
    Permission.CHALLENGE_DECIDE: ((exists, is_curator, has_no_stake, is_not_opener, did_not_vouch),),
    Permission.CRITERION_ADOPT: ((is_curator,), (is_operator,)),
    Permission.SAVED_SEARCH_READ: ((exists, is_kept),),
    Permission.SAVED_SEARCH_KEEP: ((has_account,),),
    Permission.SAVED_SEARCH_CHANGE: ((exists, is_kept, is_owner),),
    Permission.ACCOUNT_SIGN_IN: ((anyone,),),
    Permission.ACCOUNT_READ: ((exists, is_self),),
    Permission.ACCOUNT_CHANGE: ((exists, is_self),),
    Permission.SESSIONS_END: ((exists, is_operator),),
    Permission.AUTHENTICATOR_READ: ((exists, is_owner),),
    Permission.SECOND_STEP_RESET: ((exists, is_operator),),
    Permission.INBOX_OPEN: ((has_account,),),
    Permission.MESSAGE_READ: ((exists, is_owner),),
    Permission.ORGANISATION_MANAGE: ((is_curator,), (is_operator,)),
    Permission.ORGANISATION_READ: ((exists, is_of_organisation), (exists, is_curator)),
    Permission.MEMBER_INVITE: ((exists, is_of_organisation), (exists, is_curator), (exists, is_operator)),
    Permission.MEMBER_END: ((exists, is_self), (exists, is_curator, is_not_self)),
    Permission.WORKBENCH_OPEN: ((is_curator,), (is_admin,)),
    Permission.ROLES_LIST: ((is_admin,), (is_curator,)),
    Permission.AUDIT_SEARCH: ((is_curator,), (is_admin,)),
    Permission.PERSONAL_FORGET: ((is_operator,),),
    Permission.USAGE_FORGET: ((is_operator,),),
    Permission.ROLE_GRANT: ((is_admin, is_not_self), (is_operator,)),
}


class NotAllowed(PermissionError):
    """The policy says no. `hidden`: behave as if the thing does not exist; `sign_in`: signing in may help."""

    def __init__(self, actor: Actor, permission: Permission, subject: Any, because: str) -> None:
        super().__init__(permission.value)
        self.actor, self.permission, self.subject = actor, permission, subject
        self.because = because
        """The name of the fact that did not hold."""
        self.hidden = permission.endswith(":read")
        self.sign_in = actor.is_visitor and not self.hidden
        self.answer: Any = None
        """A page of the view itself instead of the plain one, where something typed would be lost."""


def may(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """Whether the policy grants a permission to an actor, about a subject."""
    tripwire.permission_was_asked()
    return any(all(fact(actor, subject) for fact in alternative) for alternative in POLICY[permission])


def lacking(actor: Actor, permission: Permission, subject: Any = None) -> tuple[Fact, ...]:
    """The facts that keep the policy from granting it, of the alternative that lacks fewest; none when it does.

    What only holds on the machine itself is no way for who asks here.
    """
    tripwire.permission_was_asked()
    ways = [facts for facts in POLICY[permission] if is_operator not in facts]
    lacks = [tuple(fact for fact in facts if not fact(actor, subject)) for facts in ways]
    return min(lacks, key=len, default=())


def require(actor: Actor, permission: Permission, subject: Any = None) -> None:
    """Go on only if the policy grants it; raises NotAllowed."""
    if not may(actor, permission, subject):
        raise NotAllowed(actor, permission, subject, _what_failed(actor, permission, subject))


def _what_failed(actor: Actor, permission: Permission, subject: Any) -> str:
    """The first fact that does not hold, of the alternative of which most did before it."""
    failed = []
    for alternative in POLICY[permission]:
        held = sum(1 for _fact in takewhile(lambda fact: fact(actor, subject), alternative))
        failed.append((held, alternative[held].__name__))
    return max(failed, key=lambda each: each[0])[1]
