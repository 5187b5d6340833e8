"""What a curator saw on a public page: entered, or put to the partner when it says something else there (R31, U11)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from partnerkompas.answers import actions as answers
from partnerkompas.answers import queries as known
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Source
from partnerkompas.answers.saying import own_answer, same, state_of
from partnerkompas.challenging.actions import correct, open_challenge
from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra import audit
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import LANGUAGES, _, language, speaking
from partnerkompas.infra.refusal import NotAcceptable, written
from partnerkompas.infra.web import show_date
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.reviewing.actions import Seen

PROPOSED = "challenge:proposed"
TYPED = ("waarde", "bron", "adres", "gezien_op", "gezien")
"""The fields of the form that hold what was seen."""


def find(actor: Actor, partner: Partner, seen: Seen) -> Challenge | None:
    """Enter what was seen. Where the partner itself says something else that holds, it is disputed instead.

    Returns the challenge, or None when the fact is in the directory. Raises NotAllowed, and NotAcceptable as
    `reviewing.enter` and `open_challenge` do, and for a file that would come with a challenge, which all may read.
    """
    require(actor, Permission.FACT_ENTER, partner)
    partners.held(partner.id)
    place = partner.id, seen.question.key, seen.product
    theirs = own_answer(place)
    if theirs is None or seen.says(theirs) or known.open_challenge_at(place) is not None:
        reviewing.enter(actor, partner, seen)
        return None
    if seen.upload is not None:
        raise NotAcceptable(
            _("De partner zegt hier zelf iets anders. Bij een betwisting kan geen bestand: laat het weg, en noem het.")
        )
    with speaking("nl"):  # the source language, whatever the curator reads
        stored = _reason(seen)
    made = open_challenge(actor, known.newest_at(theirs), stored, lambda: _reason(seen))
    after = {**_as_typed(seen), **answers.place_told(theirs)}
    audit.record(db.session, actor, PROPOSED, f"challenge/{made.id}", after=after)
    return made


def proposed(challenge: Challenge) -> Mapping[str, Any]:
    """What the curator who opened a challenge saw, as the fields of the form that may adopt it; empty for no proposal.

    Kept in the log, where it is with who proposed it and cannot be changed.
    """
    wanted = AuditRow.subject == f"challenge/{challenge.id}", AuditRow.deed == PROPOSED
    told = db.session.scalar(select(AuditRow.after).where(*wanted)) or {}
    return {name: told[name] for name in TYPED if name in told}


def adopt(actor: Actor, challenge: Challenge, reasons: str, seen: Seen | None, read: int) -> None:
    """The fact was wrong, as `actions.correct` has it. Where a finding opened the challenge the partner was heard about
    that, so it takes the place of the fact, or silence does, and nothing else (R31). Raises NotAllowed, NotAcceptable.
    """
    found = _seen(challenge)
    if found is not None and seen is not None and not same(found.question, found, seen):
        shown = kind_of(found.question).show(found.question, found.value, language())
        raise NotAcceptable(
            _("De partner is gehoord over “%(value)s”. Iets anders vraagt een nieuwe betwisting.", value=shown)
        )
    correct(actor, challenge, reasons, seen, read)


def reason(challenge: Challenge) -> str:
    """Why something is disputed: what a curator saw in the language of the reader, else the words that were typed."""
    seen = _seen(challenge)
    if seen is None:
        return challenge.reason
    for each in LANGUAGES:
        with speaking(each):
            as_stored = _reason(seen) == challenge.reason
        if as_stored:  # else other words took its place, or a label changed since
            return _reason(seen)
    return challenge.reason


def _seen(challenge: Challenge) -> Seen | None:
    """What was proposed, read back; None for no proposal and for a value that the question does not know any more."""
    told, against = proposed(challenge), known.by_id(challenge.answer_id)
    if not told or against is None:
        return None
    question, cells = reviewing.question_of(against), told["waarde"]
    try:
        value = kind_of(question).parse(question, cells if len(cells) > 1 else cells[0])
    except NotAnAnswer:
        return None
    on, state = date.fromisoformat(told["gezien_op"]), state_of(question, value)
    return Seen(question, against.product, state, value, Source(told["bron"]), told["adres"], told["gezien"], on)


def _reason(seen: Seen) -> str:
    """The finding as the reason of a challenge, for everybody to read."""
    told = written(seen.evidence, _("Schrijf op wat u gezien hebt."))
    says = kind_of(seen.question).show(seen.question, seen.value, language())
    return _(
        "Een curator zag iets anders: %(says)s. %(told)s (%(address)s, gezien op %(day)s)",
        says=says,
        told=told,
        address=seen.source_url,
        day=show_date(seen.seen_on),
    )


def _as_typed(seen: Seen) -> dict[str, Any]:
    value, day = typed_as(seen.question, seen.value), seen.seen_on.isoformat()
    return dict(zip(TYPED, (value, seen.source.value, seen.source_url, day, seen.evidence), strict=True))


def typed_as(question: Question, value: Any) -> list[str]:
    """A value as a form gives it back."""
    kind = kind_of(question)
    return list(kind.codes(question, value)) or [kind.to_cell(question, value)]
