"""Verbs of a partner on its own facts: save drafts, confirm what is still correct, sign."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import Draft, Level, Signature, Source, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.evidence import actions as evidence
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.providing import queries
from partnerkompas.providing.contents import Asked, Content, Place
from partnerkompas.providing.fitting import misfit

LAST_DAYS_OF_A_CHECK = timedelta(days=7)


class Drafted(StrEnum):
    """What became of a draft: all that the audit tells of it (R30)."""

    KEPT = "kept"
    CONFIRMED = "confirmed"
    THROWN_AWAY = "thrown_away"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody wants at one place, and the version of what was on their page."""

    content: Content
    version: str
    confirmed: bool | None = None
    """Whether the box is ticked that says that what is public is correct; None where there is no such box."""


def save(actor: Actor, partner: Partner, given: Mapping[Place, Given]) -> dict[Place, Asked]:
    """Save what was filled in as drafts, and return the places that somebody else changed meanwhile.

    Those are not saved: whoever asks sees what changed and chooses; everything else is. What says what is public
    already leaves no draft, but where it was confirmed. Leaves one audit row for all of it. Raises NotAllowed.
    """
    partner = partners.held(partner.id)
    require(actor, Permission.ANSWER_DRAFT, partner)
    asked = queries.asked_of(partner)
    changed, conflicts = {}, {}
    for place, wanted in given.items():
        here = asked.get(place)
        if here is None:
            continue
        confirms = bool(wanted.confirmed) and here.may_be_confirmed and wanted.content == here.public
        ticked = confirms and not here.confirms
        unticked = wanted.confirmed is False and here.confirms and wanted.version == here.version
        if wanted.content == here.content and not ticked and not unticked:
            continue
        if wanted.version != here.version:
            conflicts[place] = here
            continue
        dropped = here.draft.file_id if here.draft is not None else None
        changed[place] = _keep(actor, partner, here, wanted.content, confirms=confirms)
        _let_go(actor, dropped, wanted.content.file_id)
    _record(actor, partner, "answer:drafted", changed)
    return conflicts


def _keep(actor: Actor, partner: Partner, here: Asked, content: Content, *, confirms: bool) -> Drafted:
    if content == here.public and not confirms:
        if here.draft is not None:
            db.session.delete(here.draft)
        return Drafted.THROWN_AWAY
    draft = here.draft or _new_draft(partner, here.place)
    for name, value in asdict(content).items():
        setattr(draft, name, value)
    draft.version = (draft.version or 0) + 1
    draft.edited_by, draft.edited_at = actor.account_id, clock.now()
    return Drafted.CONFIRMED if confirms else Drafted.KEPT


def _let_go(actor: Actor, dropped: int | None, file_id: int | None = None) -> None:
    """A file that only a draft had goes when the draft does, or has another (row U10)."""
    if dropped is not None and dropped != file_id:
        db.session.flush()
        evidence.let_go(actor, dropped)


def _new_draft(partner: Partner, place: Place) -> Draft:
    made = Draft(partner_id=partner.id, criterion=place[0], product=place[1])
    db.session.add(made)
    return made


def confirm(actor: Actor, partner: Partner, theme: str, within_days: int) -> int:
    """Say of everything in a theme that expires within some days, or has expired, that it is still correct.

    What was checked is among it in its last week only: until then it would lose that level for nothing. What ends with
    its proof is not: that would not hold a day longer.

    Leaves drafts that say what is public, to be signed with the rest; returns how many. Raises NotAllowed.
    """
    partner = partners.held(partner.id)
    require(actor, Permission.ANSWER_DRAFT, partner)
    until = clock.today() + timedelta(days=within_days)
    asked = queries.asked_of(partner).values()
    chosen = [each for each in asked if each.question.theme == theme and holds_longer_by_confirming(each, until)]
    for each in chosen:
        draft = _new_draft(partner, each.place)
        for name, value in asdict(each.public).items():
            setattr(draft, name, value)
        draft.version, draft.edited_by, draft.edited_at = 1, actor.account_id, clock.now()
    _record(actor, partner, "answer:confirmed", dict.fromkeys((each.place for each in chosen), Drafted.CONFIRMED))
    return len(chosen)


def is_about_to_expire(asked: Asked, until: date) -> bool:
    """Whether the public answer expires by a day, and nothing else is filled in instead."""
    ends = asked.answer.valid_until if asked.answer is not None else None
    today = clock.today()
    if asked.is_checked(today):
        until = min(until, today + LAST_DAYS_OF_A_CHECK)
    return asked.draft is None and ends is not None and ends <= until and asked.public.state != State.NOT_STATED


def holds_longer_by_confirming(asked: Asked, until: date) -> bool:
    """Whether the public answer expires by a day, and not because its proof ends."""
    return is_about_to_expire(asked, until) and asked.public.valid_until is None


def discard(actor: Actor, partner: Partner, place: Place) -> None:
    """Throw a draft away: what is public stays. Raises NotAllowed."""
    partner = partners.held(partner.id)
    require(actor, Permission.ANSWER_DRAFT, partner)
    draft = queries.drafts_of(partner.id).get(place)
    if draft is not None:
        dropped = draft.file_id
        db.session.delete(draft)
        _let_go(actor, dropped)
        _record(actor, partner, "answer:draft_discarded", {place: Drafted.THROWN_AWAY})


def sign(actor: Actor, partner: Partner, digest: str, statement: str) -> Signature:
    """Make every draft public, with a dated statement by somebody who may sign (row A10).

    `digest` says which drafts were read, of which release. Raises NotAllowed, and NotAcceptable when they have changed
    since, when one does not suit its question (any more), or when there is nothing to sign.
    """
    partner = partners.held(partner.id)
    require(actor, Permission.ANSWER_SIGN, partner)
    release = criteria.current_release_number()
    every = queries.asked_of(partner, criteria.edition_of(release)).values()
    asked = [each for each in every if each.draft is not None]
    if not asked:
        raise NotAcceptable(_("Er is niets nieuws om te ondertekenen."))
    if misfits := [each.question.label.in_(language()) for each in asked if misfit(each)]:
        raise NotAcceptable(_("Dit past niet bij de vraag van nu: %(labels)s.", labels="; ".join(misfits)))
    if queries.digest(asked, release) != digest:
        raise NotAcceptable(_("Intussen is er iets veranderd. Lees de lijst opnieuw en onderteken daarna."))
    answers.record(actor, [partner], [_signed(actor, partner, each, release) for each in asked])
    for each in asked:
        db.session.delete(each.draft)
    earlier = queries.signatures(partner.id)
    made = Signature(
        partner_id=partner.id,
        number=len(earlier) + 1,
        release=release,
        statement=statement,
        answers=len(asked),
        signed_by=actor.account_id,
    )
    db.session.add(made)
    db.session.flush()
    after = {"number": made.number, "answers": made.answers, "release": release}
    audit.record(db.session, actor, Permission.ANSWER_SIGN, f"partner/{partner.slug}", after=after)
    return made


def _signed(actor: Actor, partner: Partner, asked: Asked, release: str) -> NewAnswer:
    """A draft as the answer it becomes: stated by the partner today, and checked by nobody yet."""
    content, today = asked.content, clock.today()
    silent = content.state == State.NOT_STATED
    return NewAnswer(
        partner_id=partner.id,
        criterion=asked.question.key,
        product=asked.product,
        state=content.state,
        value=content.value,
        source=Source.PARTNER,
        level=Level.E0 if silent else Level.E1,
        release=release,
        source_url=content.source_url,
        evidence=content.evidence,
        stated_on=today,
        valid_until=None if silent else asked.question.holds_until(today, content.valid_until),
        note=content.note,
        file_id=content.file_id,
        provided_by=actor.account_id,
    )


def _record(actor: Actor, partner: Partner, deed: str, did: Mapping[Place, Drafted]) -> None:
    """At which places, and never what was filled in: that is for who speaks for the partner until it is signed (R30),
    and what is signed is in the audit by `answers.record`.
    """
    if not did:
        return
    db.session.flush()
    after = {"@".join(filter(None, place)): each for place, each in did.items()}
    audit.record(db.session, actor, deed, f"partner/{partner.slug}", after=after)
