"""Verbs on challenges: open, respond, withdraw, decide."""

from collections.abc import Callable, Mapping

from partnerkompas.accounts import queries as accounts
from partnerkompas.answers import actions as answers
from partnerkompas.answers import queries as known
from partnerkompas.answers.challenges import Challenge, Outcome
from partnerkompas.answers.models import Answer
from partnerkompas.challenging import queries
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.refusal import NotAcceptable, written
from partnerkompas.infra.refusal import reason as because
from partnerkompas.infra.web import show_date
from partnerkompas.infra.working_days import working_days_after
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.reviewing.actions import Seen


def open_challenge(actor: Actor, answer: Answer, reason: str, told: Callable[[], str] | None = None) -> Challenge:
    """Say that an answer is wrong; it shows as disputed until a curator decides, and the partner is heard.

    `told` gives the reason in the language of whoever is told of it, when nobody typed it.

    Raises NotAllowed, and NotAcceptable without a reason, for an answer that nobody reads, whose place another took, or
    whose place is disputed already, also since an earlier answer; and to who disputed too many within a day.
    """
    require(actor, Permission.ANSWER_CHALLENGE, answer)
    reason = because(reason, _("Schrijf op wat er niet klopt, en waar u dat aan ziet."))
    partner = partners.held(answer.partner_id)
    if not partner.is_listed:
        raise NotAcceptable(_("Deze partner staat niet in de gids. Wat niemand leest, kunt u niet betwisten."))
    earlier = queries.at_place_of(answer)
    if not known.stands(answer) or (earlier is not None and earlier.decided_at is None):
        raise NotAcceptable(_("Dit antwoord is intussen vervangen, of wordt al betwist."))
    if actor.account_id is not None and queries.opened_lately(actor.account_id) >= queries.A_DAY:
        raise NotAcceptable(_("U hebt in een dag al %(n)s feiten betwist. Ga morgen verder.", n=queries.A_DAY))
    made = answers.challenge(actor, answer, reason)
    made.opened_by = actor.account_id
    made.heard_until = working_days_after(clock.today(), queries.HEARD_FOR)
    db.session.flush()
    label, until = reviewing.question_of(answer).label, made.heard_until

    def words() -> tuple[str, str]:
        name = label.in_(language())
        title = _("Betwist bij %(partner)s: %(label)s", partner=partner.name, label=name)
        text = _(
            "Iemand zegt dat “%(label)s” niet klopt. U kunt reageren tot en met %(day)s; daarna beslist een curator.",
            label=name,
            day=show_date(until),
        )
        return title, f"{text}\n{told() if told is not None else reason}"

    representing.tell(partner, About.CHALLENGES, words, f"/betwisting/{made.id}")
    return made


def respond(actor: Actor, challenge: Challenge, response: str) -> None:
    """What the partner says to a challenge; while it is open it may be said anew. Raises NotAllowed, NotAcceptable."""
    require(actor, Permission.CHALLENGE_RESPOND, challenge)
    response = written(response, _("Schrijf op wat u ervan vindt."))
    partners.held(challenge.partner_id)
    _still_open(challenge)
    before = {"response": challenge.response}
    challenge.response, challenge.responded_at = response, clock.now()
    _record(actor, Permission.CHALLENGE_RESPOND, challenge, before, {"response": response})


def withdraw(actor: Actor, challenge: Challenge) -> None:
    """Whoever opened it takes it back. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.CHALLENGE_WITHDRAW, challenge)
    partners.held(challenge.partner_id)
    _still_open(challenge)
    _close(actor, challenge, Outcome.WITHDRAWN, "")


def uphold(actor: Actor, challenge: Challenge, reasons: str, read: int) -> None:
    """The fact stays as it is, with reasons. Raises NotAllowed and NotAcceptable.

    `read` is the answer that the curator had in view, here and below: nobody decides about one they did not see.
    """
    require(actor, Permission.CHALLENGE_DECIDE, challenge)
    reasons = because(reasons, _("Schrijf op waarom u zo beslist."))
    partners.held(challenge.partner_id)
    _still_open(challenge)
    _still_there(challenge, read)
    _close(actor, challenge, Outcome.UPHELD, reasons)


def correct(actor: Actor, challenge: Challenge, reasons: str, seen: Seen | None, read: int) -> None:
    """The fact was wrong: what was seen takes its place, or silence when nobody knows (`seen` is None).

    Also when the disputed answer was replaced meanwhile: then it takes the place of what stands there now. Not before
    the partner was heard (R31), and not with what is disputed. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.CHALLENGE_DECIDE, challenge)
    reasons = because(reasons, _("Schrijf op waarom u zo beslist."))
    partner = partners.held(challenge.partner_id)
    _still_open(challenge)
    if not queries.was_heard(challenge):
        raise NotAcceptable(
            _("De partner wordt nog gehoord. Wijzigen kan pas na een reactie, of als de termijn voorbij is.")
        )
    wrong = _still_there(challenge, read)
    if seen is not None and seen.says(wrong):
        raise NotAcceptable(_("Dit is wat er betwist wordt, en dus geen correctie. Laat het feit dan staan."))
    if seen is not None:
        reviewing.publish(actor, partner, seen)
    elif answers.record(actor, [partner], [answers.silence(actor, wrong, reasons)])[0] not in answers.ADDED:
        raise NotAcceptable(_("Dit is al bekend, precies zo."))
    challenge.correction_id = known.newest_at(wrong).id
    _close(actor, challenge, Outcome.CORRECTED, reasons)


def accept(actor: Actor, challenge: Challenge, reasons: str, read: int) -> None:
    """The partner has corrected the fact itself: its own answer, the one the curator read, is the correction (R33).

    Nothing changes by it, so it need not wait until the partner was heard. Raises NotAllowed, and NotAcceptable when
    the partner changed nothing, or something else since.
    """
    require(actor, Permission.CHALLENGE_DECIDE, challenge)
    reasons = because(reasons, _("Schrijf op waarom u zo beslist."))
    partners.held(challenge.partner_id)
    _still_open(challenge)
    _still_there(challenge, read)
    correction = queries.corrected_by_partner(challenge)
    if correction is None:
        raise NotAcceptable(_("De partner zegt hier nog hetzelfde."))
    challenge.correction_id = correction.id
    _close(actor, challenge, Outcome.CORRECTED, reasons)


def _close(actor: Actor, challenge: Challenge, outcome: Outcome, decision: str) -> None:
    challenge.outcome, challenge.decision, challenge.decided_at = outcome, decision, clock.now()
    challenge.decided_by = actor.account_id
    after = {"outcome": outcome, "decision": decision, "correction": challenge.correction_id}
    deed = Permission.CHALLENGE_WITHDRAW if outcome == Outcome.WITHDRAWN else Permission.CHALLENGE_DECIDE
    _record(actor, deed, challenge, None, after)
    partner = db.session.get_one(Partner, challenge.partner_id)
    wrong = known.by_id(challenge.answer_id)
    assert wrong is not None
    label = reviewing.question_of(wrong).label

    def words() -> tuple[str, str]:
        told = {
            Outcome.UPHELD: _("Het feit blijft staan."),
            Outcome.CORRECTED: _("Het feit is gecorrigeerd."),
            Outcome.WITHDRAWN: _("De betwisting is ingetrokken."),
        }[outcome]
        title = _("Besloten bij %(partner)s: %(label)s", partner=partner.name, label=label.in_(language()))
        return title, f"{told} {decision}".strip()

    representing.tell(partner, About.CHALLENGES, words, f"/betwisting/{challenge.id}")
    opener = accounts.by_id(challenge.opened_by or 0)
    if opener is not None and outcome != Outcome.WITHDRAWN:
        messages.tell([opener], About.CHALLENGES, words, f"/betwisting/{challenge.id}")


def _still_open(challenge: Challenge) -> None:
    db.session.refresh(challenge)
    if challenge.decided_at is not None:
        raise NotAcceptable(_("Hierover is al besloten."))


def _still_there(challenge: Challenge, read: int) -> Answer:
    """What was disputed, if the answer that was read stands at its place. Raises NotAcceptable."""
    disputed = known.by_id(challenge.answer_id)
    assert disputed is not None
    if known.newest_at(disputed).id != read:
        raise NotAcceptable(_("Het feit is intussen weer veranderd. Kijk opnieuw wat er nu staat."))
    return disputed


def _record(actor: Actor, deed: str, challenge: Challenge, before: object, after: Mapping[str, object]) -> None:
    db.session.flush()
    against = known.by_id(challenge.answer_id)
    assert against is not None
    told = {**after, **answers.place_told(against)}
    audit.record(db.session, actor, deed, f"challenge/{challenge.id}", before=before, after=told)
