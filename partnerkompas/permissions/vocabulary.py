"""Everything that can be permitted, with a sentence each; and who can ask."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account was granted; partners and members come with their organisation."""

    CURATOR = "curator"
    ADMIN = "admin"


class PartnerRole(StrEnum):
    """What somebody may do for the partner they speak for; who signs may also answer."""

    EDITOR = "editor"
    SIGNER = "signer"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. A visitor is an actor with nothing, never None."""

    name: str = "bezoeker"
    """As the audit calls it, which keeps no e-mail address: those must be erasable."""
    account_id: int | None = None
    roles: frozenset[Role] = frozenset()
    represents: frozenset[int] = frozenset()
    """Ids of the partners this account may speak for."""
    signs_for: frozenset[int] = frozenset()
    """Ids of those it may also sign for."""
    interests: frozenset[int] = frozenset()
    """Ids of the partners it declared an interest in."""
    organisation_id: int | None = None
    """Of the organisation it is a member of."""
    email: str = ""
    operates: bool = False
    """Works on the machine itself, by command; can reach the database anyway."""

    @property
    def is_visitor(self) -> bool:
        return self.account_id is None and not self.operates


VISITOR = Actor()
OPERATOR = Actor(name="beheer via opdrachtregel", operates=True)


class Permission(StrEnum):
    """A noun and a verb each; the sentence completes "this one may …"."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> "Permission":
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    SITE_READ = "site:read", "read the pages about the site itself"
    OPENDATA_READ = "opendata:read", "read published facts by the API and in exports"
    CRITERION_READ = "criterion:read", "read criteria, code lists and releases"
    PARTNER_READ = "partner:read", "read the profile of this partner"
    PARTNER_EDIT = "partner:edit", "add partners and change their names, offices and status"
    PARTNERS_CURATE = "partners:curate", "see which partners leave the directory, are merged, or look the same"
    PARTNERS_MERGE = "partners:merge", "merge this partner with another, undo that, and note that they are not the same"
    DELISTING_READ = "delisting:read", "see why and when this partner leaves the directory"
    DELISTING_DECIDE = (
        "delisting:decide",
        "announce that this partner leaves the directory, withdraw that, and list it again",
    )
    DELISTING_JUDGE = "delisting:judge", "decide that this partner leaves although it says something against that"
    DELISTING_RESPOND = "delisting:respond", "say what the partner thinks of leaving the directory"
    DELISTING_CONFIRM = "delisting:confirm", "confirm that the partner itself asked to leave the directory"
    PARTNER_CLAIM = "partner:claim", "ask to speak for this partner"
    REPRESENTATION_READ = "representation:read", "see who asked to speak for this partner"
    REPRESENTATION_DECIDE = "representation:decide", "decide whether somebody speaks for this partner"
    REPRESENTATION_END = "representation:end", "end that somebody speaks for this partner"
    ANSWER_PROVIDE = "answer:provide", "add what is known of this partner"
    ANSWER_DRAFT = "answer:draft", "fill in what is to be signed for this partner"
    ANSWER_SIGN = "answer:sign", "sign what is filled in for this partner and make it public"
    ANSWER_VERIFY = "answer:verify", "check an answer, or ask the partner about it"
    ANSWER_REVIEW_READ = "answer-review:read", "see an answer with its proof, as it waits to be checked"
    FACT_ENTER = "fact:enter", "enter a fact about this partner from a public page"
    EVIDENCE_READ = "evidence:read", "open this file of evidence"
    EVIDENCE_ADD = "evidence:add", "add a file of evidence about this partner"
    EVIDENCE_REMOVE = "evidence:remove", "remove the content of this file, once nothing needs it"
    ANSWER_CHALLENGE = "answer:challenge", "say that a fact is wrong"
    CHALLENGE_READ = "challenge:read", "read this challenge, and how it ended"
    CHALLENGE_RESPOND = "challenge:respond", "say what the partner thinks of this challenge"
    CHALLENGE_WITHDRAW = "challenge:withdraw", "take this challenge back"
    CHALLENGE_DECIDE = "challenge:decide", "decide about this challenge"
    CRITERION_ADOPT = "criterion:adopt", "release a new edition of the criteria"
    SAVED_SEARCH_READ = "saved-search:read", "see by its link whom this saved search finds"
    SAVED_SEARCH_KEEP = "saved-search:keep", "save searches and see the own ones"
    SAVED_SEARCH_CHANGE = "saved-search:change", "rename this saved search, mark it as seen and forget it"
    ACCOUNT_SIGN_IN = "account:sign_in", "sign in and out"
    ACCOUNT_READ = "account:read", "see what is kept of this account"
    ACCOUNT_CHANGE = "account:change", "change this account, its password and second step, and erase it"
    SESSIONS_END = "account:end_sessions", "end every session of this account"
    AUTHENTICATOR_READ = "authenticator:read", "see this second step of an account"
    SECOND_STEP_RESET = "second-step:reset", "remove the second steps of somebody who lost them"
    INBOX_OPEN = "inbox:open", "open the own inbox"
    MESSAGE_READ = "message:read", "read this message in an inbox"
    ORGANISATION_MANAGE = "organisation:manage", "add organisations and change and end them"
    ORGANISATION_READ = "organisation:read", "see this organisation and its members"
    MEMBER_INVITE = "member:invite", "invite somebody as a member of this organisation"
    MEMBER_END = "member:end", "end the membership of this account"
    WORKBENCH_OPEN = "workbench:open", "see what waits for a curator"
    ROLES_LIST = "roles:list", "see who has which role, and had it"
    ROLE_GRANT = "role:grant", "give somebody a role and take it back"
    AUDIT_SEARCH = "audit:search", "search the log of all changes"
    PERSONAL_FORGET = "personal:forget", "remove links, mail and sessions whose term is over"
    USAGE_FORGET = "usage:forget", "remove figures of use that are too old"
