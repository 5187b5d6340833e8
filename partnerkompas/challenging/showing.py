"""Challenges as a reader sees them, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge, Outcome
from partnerkompas.answers.models import Answer, Source
from partnerkompas.answers.saying import is_by_partner, same
from partnerkompas.answers.showing import product_label, shown
from partnerkompas.challenging import queries
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language, ngettext
from partnerkompas.infra.web import show_date
from partnerkompas.partners import leaving
from partnerkompas.partners.models import Partner
from partnerkompas.reviewing.actions import question_of


def about(answer: Answer, edition: Edition | None = None) -> str:
    """Which fact an answer is about, in words."""
    now = edition or criteria.current_edition()
    product = product_label(now, answer.product)
    return ", ".join(filter(None, (question_of(answer, now).label.in_(language()), product)))


def says(answer: Answer, edition: Edition | None = None) -> str:
    """What an answer says, in words."""
    return shown(question_of(answer, edition), answer)


class Now(NamedTuple):
    """What stands at the place of an open challenge since it was opened."""

    answer_id: int
    says: str
    how: str
    """Who changed it and when, or that the same was said again."""


def now(challenge: Challenge) -> Now | None:
    """What took the place of the disputed answer; None when it still stands, or was decided about."""
    against, later = answers.by_id(challenge.answer_id), queries.changed_since(challenge)
    if against is None or later is None or challenge.decided_at is not None:
        return None
    as_before = same(question_of(against), later, against)
    on = show_date(clock.day_of(later.recorded_at))
    if is_by_partner(later):
        how = (
            _("sindsdien opnieuw opgegeven door de partner op %(day)s", day=on)
            if as_before
            else _("sindsdien gewijzigd door de partner op %(day)s", day=on)
        )
    else:
        how = (
            _("sindsdien nagekeken door een curator op %(day)s", day=on)
            if as_before
            else _("sindsdien gewijzigd door een curator op %(day)s", day=on)
        )
    return Now(later.id, says(later), how)


class Corrected(NamedTuple):
    """A line of the list of corrections."""

    challenge: Challenge
    partner: Partner
    went_on_in: Partner | None
    """Which partner that one was merged into."""
    about: str
    before: str
    after: str
    by_partner: bool


def corrected(found: Sequence[tuple[Challenge, Partner]]) -> list[Corrected]:
    """The lines of the list of corrections."""
    rows, now = _answers_of(challenge for challenge, _partner in found), criteria.current_edition()
    return [
        Corrected(
            challenge,
            partner,
            leaving.leads_to(partner) if not partner.is_listed else None,
            about(before, now),
            says(before, now),
            says(after, now),
            after.source == Source.PARTNER,
        )
        for challenge, partner in found
        for before, after in [(rows[challenge.answer_id], rows[challenge.correction_id or challenge.answer_id])]
    ]


class Disputed(NamedTuple):
    """A line of the list of what is disputed now."""

    challenge: Challenge
    partner: Partner
    about: str
    says: str
    heard_until: date
    heard: bool
    due_on: date
    overdue: bool


def disputed(found: Sequence[tuple[Challenge, Partner]]) -> list[Disputed]:
    """The lines of the list of what is disputed now."""
    rows, now = _answers_of(challenge for challenge, _partner in found), criteria.current_edition()
    return [
        Disputed(
            challenge,
            partner,
            about(rows[challenge.answer_id], now),
            says(rows[challenge.answer_id], now),
            queries.heard_until(challenge),
            queries.was_heard(challenge),
            queries.due_on(challenge),
            queries.is_overdue(challenge),
        )
        for challenge, partner in found
    ]


def _answers_of(challenges: Iterable[Challenge]) -> dict[int, Answer]:
    """The answers that challenges are about, and those that corrected them: all at once."""
    ids = {number for each in challenges for number in (each.answer_id, each.correction_id) if number}
    return {row.id: row for row in answers.by_ids(ids)}


def term_label(challenge: Challenge) -> str:
    """How long a curator has left to decide, or since when it is too late."""
    due = show_date(queries.due_on(challenge))
    if queries.is_overdue(challenge):
        return _("te laat: %(day)s", day=due)
    left = queries.days_left(challenge)
    return ngettext("nog %(n)s werkdag, uiterlijk %(day)s", "nog %(n)s werkdagen, uiterlijk %(day)s", left, day=due)


def outcome_label(challenge: Challenge, correction: Answer | None) -> str:
    """How it stands, in words."""
    if challenge.decided_at is None:
        return _("open")
    if correction is not None and correction.source == Source.PARTNER:
        return _("de partner heeft het feit gecorrigeerd")
    return {
        Outcome.UPHELD.value: _("het feit blijft staan"),
        Outcome.CORRECTED.value: _("het feit is gecorrigeerd"),
        Outcome.WITHDRAWN.value: _("ingetrokken"),
    }.get(challenge.outcome, challenge.outcome)
