"""Verbs of a curator on answers. Nobody checks what they stated, nor a partner they have a stake in (row U12)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerkompas.answers import actions as answers
from partnerkompas.answers import queries as known
from partnerkompas.answers import saying
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import Answer, Level, Review, Source, State
from partnerkompas.answers.queries import stands
from partnerkompas.answers.showing import shown
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.evidence import actions as files
from partnerkompas.evidence import queries as evidence
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.refusal import NotAcceptable, written
from partnerkompas.infra.web import show_date
from partnerkompas.messages.models import About
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.reviewing import queries


def check(actor: Actor, answer: Answer, level: int, seen: str) -> Answer:
    """Set the level of an answer and what was seen; the answer itself stays as it was stated.

    Returns the answer that takes its place. Raises NotAllowed, and NotAcceptable for a level that the question does
    not allow, without what was seen, when somebody was first, or for an answer that does not wait to be checked: so no
    level is lowered here.
    """
    require(actor, Permission.ANSWER_VERIFY, answer)
    question = question_of(answer)
    if not Level.E2 <= level <= min(Level.E3, question.highest_level):
        raise NotAcceptable(_("Kies een niveau dat bij deze vraag kan."))
    seen = written(seen, _("Schrijf op wat u gezien hebt."))
    partner = _held(answer)
    if not queries.waits(answer):
        raise NotAcceptable(
            _("Hier valt niets na te kijken: dat geldt voor wat een partner zelf opgaf en nog niemand nakeek.")
        )
    today = clock.today()
    checked = NewAnswer(
        partner_id=answer.partner_id,
        criterion=answer.criterion,
        product=answer.product,
        state=State(answer.state),
        value=answer.value,
        source=answer.source,
        level=level,
        release=answer.release,
        source_url=answer.source_url,
        evidence=seen,
        stated_on=answer.stated_on,
        checked_on=today,
        checked_by_role="curator",
        valid_until=_holds(_asked_then(answer, question), answer, today),
        note=answer.note,
        file_id=_file_seen(answer),
        provided_by=answer.provided_by,
    )
    answers.record(actor, [partner], [checked])
    _review(actor, answer, "checked", seen)
    label = question.label

    def words() -> tuple[str, str]:
        name = label.in_(language())
        text = _("Een curator keek “%(label)s” na. Er staat nu bewijsniveau E%(level)s bij.", label=name, level=level)
        return _("Nagekeken bij %(partner)s: %(label)s", partner=partner.name, label=name), text

    representing.tell(partner, About.ANSWERS, words, f"/partners/{partner.slug}")
    return known.newest_at(answer)


def ask(actor: Actor, answer: Answer, reason: str) -> Review:
    """Ask the partner about an answer, which stays as it is meanwhile. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ANSWER_VERIFY, answer)
    reason = written(reason, _("Schrijf op wat u van de partner wilt weten."))
    partner = _held(answer)
    made = _review(actor, answer, "questioned", reason)
    question = question_of(answer)

    def words() -> tuple[str, str]:
        name = question.label.in_(language())
        text = _("Een curator heeft een vraag over “%(label)s”:", label=name)
        return _("Vraag over %(partner)s: %(label)s", partner=partner.name, label=name), f"{text} {reason}"

    representing.tell(partner, About.ANSWERS, words, f"/partners/{partner.slug}/gegevens/{question.theme}")
    return made


@dataclass(frozen=True, slots=True)
class Seen:
    """What a curator read on a public page or in a register."""

    question: Question
    product: str
    state: State
    value: Any
    source: Source
    source_url: str
    evidence: str
    seen_on: date
    upload: Upload | None = None
    """A file that shows it, such as a picture of the page."""

    def says(self, answer: Answer) -> bool:
        """Whether an answer says the same."""
        return saying.same(self.question, self, answer)

    @property
    def level(self) -> int:
        """How strong it proves."""
        if self.state == State.NOT_STATED:
            return Level.E0
        return min(Level.E3 if self.source == Source.REGISTER else Level.E2, self.question.highest_level)

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds, counted from the day it was seen."""
        return self.question.holds_until(self.seen_on) if self.state != State.NOT_STATED else None


def enter(actor: Actor, partner: Partner, seen: Seen) -> None:
    """Enter a fact from a public page or a register, with its address and the day it was seen.

    Where the partner itself says something else, or somebody disputes what stands there, a curator does not change it:
    the partner is heard first, and another decides (R31, see `challenging.finding`). Where the same stands there, it
    gets no lower level, and what the partner says ends no earlier. Raises NotAllowed, and NotAcceptable for all that,
    without what was seen, or when it is what is known already.
    """
    require(actor, Permission.FACT_ENTER, partner)
    partners.held(partner.id)  # of two who answer at one place at once, the second comes after the first
    place = partner.id, seen.question.key, seen.product
    if known.open_challenge_at(place) is not None:
        raise NotAcceptable(
            _("Dit feit wordt betwist. Zolang wijzigt alleen het besluit daarover het: wat u zag, hoort daarbij.")
        )
    if (theirs := saying.own_answer(place)) is not None:
        if not seen.says(theirs):
            raise NotAcceptable(_("De partner zegt hier zelf iets anders, en wordt eerst gehoord."))
        if seen.valid_until is not None and seen.valid_until < (theirs.valid_until or clock.today()):
            raise NotAcceptable(
                _("Dit is te lang geleden gezien: het antwoord van de partner zou erdoor eerder verlopen.")
            )
    stands = known.every_at(place)[:1]
    if any(saying.holds(each) and seen.says(each) and seen.level < each.level for each in stands):
        raise NotAcceptable(_("Hetzelfde staat er al met een hoger bewijsniveau. Dat wordt hierdoor niet lager."))
    publish(actor, partner, seen)


def publish(actor: Actor, partner: Partner, seen: Seen) -> None:
    """Put what was seen into the place of what is known, whatever stands there: for who decided on that.

    The page is the proof: a file of the partner was not looked at for it, and its note is not what the page says. Both
    stay with what the partner stated. Where that is the same its value stays as it was stored, and it ends no earlier
    when it never ends. Raises NotAllowed, and NotAcceptable without what was seen, or when it is what is known already.
    """
    require(actor, Permission.FACT_ENTER, partner)
    told = written(seen.evidence, _("Schrijf op wat u gezien hebt."))
    theirs = saying.own_answer((partner.id, seen.question.key, seen.product))
    kept = theirs if theirs is not None and seen.says(theirs) else None
    entered = NewAnswer(
        partner_id=partner.id,
        criterion=seen.question.key,
        product=seen.product,
        state=seen.state,
        value=kept.value if kept else seen.value,
        source=seen.source,
        level=seen.level,
        release=criteria.current_release_number(),
        source_url=seen.source_url,
        evidence=told,
        checked_on=seen.seen_on,
        checked_by_role="curator",
        valid_until=None if kept and kept.valid_until is None else seen.valid_until,
        file_id=files.add(actor, partner, seen.upload).id if seen.upload else None,
        provided_by=actor.account_id,
    )
    (outcome,) = answers.record(actor, [partner], [entered])
    if outcome not in answers.ADDED:
        raise NotAcceptable(_("Dit is al bekend, precies zo."))
    question, by_partner = seen.question, kept is not None
    had_note, had_file = (bool(kept.note), kept.file_id is not None) if kept is not None else (False, False)

    def words() -> tuple[str, str]:
        name = question.label.in_(language())
        if by_partner:
            told = _("Een curator zag “%(label)s” ook in een openbare bron, zoals u het opgaf:", label=name)
            note = _("Uw toelichting blijft erbij staan.") if had_note else ""
            file = _("Uw bestand was hiervoor niet nodig, en wordt na een tijd gewist.") if had_file else ""
            how = " ".join(filter(None, (_("Die bron is nu het bewijs."), note, file)))
        else:
            told = _("Een curator vulde “%(label)s” in uit een openbare bron:", label=name)
            how = _("Klopt het niet? Vul dan zelf het antwoord in, of betwist het op uw profiel.")
        what = f"{shown(question, seen)} ({seen.source_url}, {show_date(seen.seen_on)})"
        return _("Ingevuld bij %(partner)s: %(label)s", partner=partner.name, label=name), f"{told} {what}. {how}"

    representing.tell(partner, About.ANSWERS, words, f"/partners/{partner.slug}/gegevens/{question.theme}")


def _file_seen(answer: Answer) -> int | None:
    """The file of an answer, when it was still there to be seen: what was forgotten proves no later check."""
    found = evidence.file(answer.file_id) if answer.file_id is not None else None
    return found.id if found is not None and found.removed_at is None else None


def question_of(answer: Answer, edition: Edition | None = None) -> Question:
    """The question as it is asked now, else as it was asked last; who has the edition of now need not ask for it."""
    known_now = edition.by_key.get(answer.criterion) if edition else None
    return known_now or criteria.asked(answer.criterion)


def _asked_then(answer: Answer, question: Question) -> Question:
    """The question as it was when the answer was given: the checked answer keeps its release, and so its term."""
    return criteria.edition_of(answer.release).by_key.get(answer.criterion, question)


def _holds(question: Question, answer: Answer, today: date) -> date | None:
    """How long a checked answer holds: from today, unless its proof ends earlier than the question says."""
    usual = question.holds_until(answer.stated_on) if answer.stated_on is not None else None
    if usual is None or (answer.valid_until is not None and answer.valid_until < usual):
        return answer.valid_until
    return question.holds_until(today)


def _held(answer: Answer) -> Partner:
    """The partner of an answer, so that of two curators one is told: the second. Raises NotAcceptable."""
    partner = partners.held(answer.partner_id)
    if not stands(answer) or queries.reviews(answer):
        raise NotAcceptable(_("Hier is intussen iets veranderd, of iemand anders was u voor. Kijk opnieuw."))
    return partner


def _review(actor: Actor, answer: Answer, outcome: str, reason: str) -> Review:
    made = Review(
        answer_id=answer.id,
        partner_id=answer.partner_id,
        outcome=outcome,
        reason=reason,
        reviewed_by=actor.account_id,
    )
    db.session.add(made)
    db.session.flush()
    after = {"outcome": outcome, "reason": reason, **answers.place_told(answer)}
    audit.record(db.session, actor, Permission.ANSWER_VERIFY, f"answer/{answer.id}", after=after)
    return made
