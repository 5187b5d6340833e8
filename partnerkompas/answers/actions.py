"""Verbs on answers; the only place that writes them. An answer is added, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import insert

from partnerkompas.answers import queries, saying
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, Level, Source, State
from partnerkompas.answers.queries import Place
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import audit, clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.partners.actions import Outcome
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """One answer to add, already parsed and validated by its kind."""

    partner_id: int
    criterion: str
    product: str
    state: State
    value: Any
    source: str
    level: int
    release: str
    source_url: str = ""
    evidence: str = ""
    stated_on: date | None = None
    checked_on: date | None = None
    checked_by_role: str = ""
    valid_until: date | None = None
    note: str = ""
    file_id: int | None = None
    provided_by: int | None = None
    """The account that states it."""
    recorded_at: datetime | None = None
    """When it became known here; None is now."""

    @property
    def place(self) -> Place:
        return self.partner_id, self.criterion, self.product


def silence(actor: Actor, at: Answer, reasons: str = "") -> NewAnswer:
    """What is recorded at the place of an answer when nobody knows what is right there."""
    return NewAnswer(
        partner_id=at.partner_id,
        criterion=at.criterion,
        product=at.product,
        state=State.NOT_STATED,
        value=None,
        source=Source.CURATOR,
        level=Level.E0,
        release=criteria.current_release_number(),
        evidence=reasons,
        stated_on=clock.today(),
        provided_by=actor.account_id,
    )


CONTENT = (
    "state",
    "value",
    "source",
    "source_url",
    "evidence",
    "level",
    "stated_on",
    "checked_on",
    "checked_by_role",
    "valid_until",
    "release",
    "note",
    "file_id",
)
"""What makes an answer different from another at the same place: all but the moment of recording."""

_content = attrgetter(*CONTENT)

ADDED = frozenset({Outcome.CREATED, Outcome.UPDATED})


def _says(answer: Any) -> tuple[object, ...]:
    """The content of an answer or a row, in a form that can be kept in a set."""
    state, value, *rest = _content(answer)
    return (state, repr(value) if isinstance(value, (list, dict)) else value, *rest)


@dataclass(slots=True)
class _Chain:
    """What was ever said at one place, with moments and rows; and the last of it."""

    said: dict[tuple[object, ...], list[tuple[datetime, int]]] = field(default_factory=dict)
    told: list[object] | None = None
    """State and value of the newest, for the audit."""
    newest: tuple[object, ...] | None = None
    newest_at: datetime | None = None
    head: int | None = None

    def add(self, row: Any) -> None:
        says = _says(row)
        self.said.setdefault(says, []).append((row.recorded_at, row.id))
        self.newest, self.newest_at, self.head = says, row.recorded_at, row.id
        self.told = [row.state, row.value]

    def row_of(self, answer: NewAnswer) -> int | None:
        """The id of the row that says this: recorded at the same moment, or else the newest of them."""
        rows = self.said.get(_says(answer), [])
        at_moment = [answer_id for at, answer_id in rows if at == answer.recorded_at]
        return at_moment[-1] if at_moment else rows[-1][1] if rows else None

    def outcome(self, answer: NewAnswer, is_last: bool) -> Outcome:
        """What is to become of an answer at this place."""
        says = _says(answer)
        if says == self.newest:
            return Outcome.UNCHANGED
        for at, _answer_id in self.said.get(says, ()):
            if at == answer.recorded_at or (answer.recorded_at is None and not is_last):
                return Outcome.UNCHANGED
        if answer.recorded_at and self.newest_at and answer.recorded_at < self.newest_at:
            return Outcome.OUTDATED
        return Outcome.UPDATED if self.head else Outcome.CREATED


def _chains(places: Iterable[Place]) -> dict[Place, _Chain]:
    chains: dict[Place, _Chain] = {place: _Chain() for place in places}
    for row in queries.said_at(chains):
        chains[row.partner_id, row.criterion, row.product].add(row)
    return chains


def record(actor: Actor, partners: Iterable[Partner], answers: Sequence[NewAnswer]) -> list[Outcome]:
    """Add answers about some partners, in the order given; what says nothing new is not added again.

    Every answer must be about one of `partners`. Several answers at one place become its history, each superseding the
    one before. An answer is unchanged when it says what is known, or when it is part of the history already. It is
    outdated, and not added, when it was recorded before the newest one at its place: history cannot be changed
    afterwards. Raises NotAllowed, before anything is written.
    """
    known = {partner.id: partner for partner in partners}
    for partner in known.values():
        require(actor, Permission.ANSWER_PROVIDE, partner)
    outcomes = [Outcome.UNCHANGED] * len(answers)
    before: dict[int, list[object] | None] = {}
    for turn in _turns(answers):
        chains = _chains(answers[number].place for number in turn)
        added = []
        for number, is_last in turn.items():
            answer = answers[number]
            outcomes[number] = outcome = chains[answer.place].outcome(answer, is_last)
            if outcome in ADDED:
                added.append(answer)
                before[number] = chains[answer.place].told
        _insert(added, chains)
    _note_corrections([answers[number] for number in before])
    _tell(actor, known, [(answers[number], before[number]) for number in sorted(before)])
    return outcomes


def _turns(answers: Sequence[NewAnswer]) -> list[dict[int, bool]]:
    """The numbers of answers in turns in which no place comes twice, and whether each is the last at its place."""
    at_place: dict[Place, list[int]] = {}
    for number, answer in enumerate(answers):
        at_place.setdefault(answer.place, []).append(number)
    longest = max(map(len, at_place.values()), default=0)
    return [
        {numbers[turn]: turn == len(numbers) - 1 for numbers in at_place.values() if turn < len(numbers)}
        for turn in range(longest)
    ]


def _insert(answers: list[NewAnswer], chains: dict[Place, _Chain]) -> None:
    """Insert answers as rows, each after the newest at its place: an import adds hundreds of thousands."""
    moment = clock.now()
    rows = [
        {
            **dict(zip(CONTENT, _content(answer), strict=True)),
            "partner_id": answer.partner_id,
            "criterion": answer.criterion,
            "product": answer.product,
            "provided_by": answer.provided_by,
            "recorded_at": answer.recorded_at or moment,
            "supersedes_id": chains[answer.place].head,
        }
        for answer in answers
    ]
    if rows:
        db.session.execute(insert(Answer.metadata.tables[Answer.__tablename__]), rows)


def _note_corrections(added: Sequence[NewAnswer]) -> None:
    """Keep at each challenge since when the partner says something else than what is disputed: a term of its own."""
    places = {answer.place for answer in added}
    for challenge, disputed in queries.disputes_of({answer.partner_id for answer in added}) if added else ():
        if queries.place_of(disputed) in places:
            _note_correction(challenge, disputed)


def _note_correction(challenge: Challenge, disputed: Answer) -> None:
    later = [row for row in reversed(queries.every_at(queries.place_of(disputed))) if row.id > disputed.id]
    challenge.corrected_at = saying.corrected_since(criteria.asked(disputed.criterion), disputed, later)


def _tell(actor: Actor, partners: dict[int, Partner], added: Iterable[tuple[NewAnswer, list[object] | None]]) -> None:
    """Audit what was added with what stood there, a row a partner, and put the partners into the outbox.

    Before and after are lists of (criterion, product, state, value).
    """
    by_partner: dict[int, tuple[list[list[object]], list[list[object]]]] = {}
    for answer, told in added:
        before, after = by_partner.setdefault(answer.partner_id, ([], []))
        after.append([answer.criterion, answer.product, answer.state, answer.value])
        if told is not None:
            before.append([answer.criterion, answer.product, *told])
    for partner_id, (before, after) in by_partner.items():
        subject = f"partner/{partners[partner_id].slug}"
        audit.record(db.session, actor, Permission.ANSWER_PROVIDE, subject, before=before or None, after=after)
    db.session.flush()
    outbox.tell(db.session, (("partner", str(partner_id)) for partner_id in by_partner))


def challenge_said(actor: Actor, said: Sequence[tuple[NewAnswer, str, datetime]]) -> None:
    """Challenge what answers say that were recorded before, each with a reason and a moment.

    One that is open already for the same reason stays as it is, also when it was opened against an earlier answer and
    this is what stands there now: an export tells of it at both. Raises NotAllowed.
    """
    chains = _chains({answer.place for answer, _reason, _since in said})
    rows = {row.id: row for row in queries.by_ids({chains[each.place].row_of(each) or 0 for each, *_rest in said})}
    already = queries.open_challenges({answer.partner_id for answer, _reason, _since in said})
    places = {(queries.place_of(row), already[row.id].reason) for row in queries.by_ids(already)}
    for answer, reason, since in said:
        row = rows.get(chains[answer.place].row_of(answer) or 0)
        if row is None or (row.id in already and already[row.id].reason == reason):
            continue
        if row.id != chains[answer.place].head or (answer.place, reason) not in places:
            challenge(actor, row, reason, since)
            places.add((answer.place, reason))
    db.session.flush()


def challenge(actor: Actor, answer: Answer, reason: str, opened_at: datetime | None = None) -> Challenge:
    """Say that an answer is wrong: it shows as disputed until somebody decides. Raises NotAllowed."""
    require(actor, Permission.ANSWER_CHALLENGE, answer)
    made = Challenge(
        answer_id=answer.id, partner_id=answer.partner_id, reason=reason, opened_at=opened_at or clock.now()
    )
    _note_correction(made, answer)  # an import may tell of one at an answer that others followed
    db.session.add(made)
    after = {"reason": reason, **place_told(answer)}
    audit.record(db.session, actor, Permission.ANSWER_CHALLENGE, f"answer/{answer.id}", after=after)
    return made


def place_told(answer: Answer) -> dict[str, str]:
    """Partner, question and product of an answer for the audit, so that who looks for the partner finds it."""
    told = {"partner": db.session.get_one(Partner, answer.partner_id).slug, "criterion": answer.criterion}
    return {**told, "product": answer.product} if answer.product else told
