"""Verbs on answers; the only place that writes them. An answer is added, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from partnerkompas.answers import queries
from partnerkompas.answers.models import Answer, Challenge, State
from partnerkompas.infra import audit, clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.partners.actions import Outcome
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

Place = tuple[int, str, str]
"""Where an answer belongs: partner id, criterion, product."""


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
    recorded_at: datetime | None = None
    """When it became known here; None is now."""

    @property
    def place(self) -> Place:
        return self.partner_id, self.criterion, self.product

    def says(self) -> tuple[object, ...]:
        """What makes it different from another answer at the same place: all but the moment of recording."""
        return _content(self)


CONTENT = (
    *("state", "value", "source", "source_url", "evidence", "level"),
    *("stated_on", "checked_on", "checked_by_role", "valid_until", "release"),
)


def _content(answer: Any) -> tuple[object, ...]:
    return tuple(getattr(answer, name) for name in CONTENT)


def record(actor: Actor, partners: Iterable[Partner], answers: Sequence[NewAnswer]) -> list[Outcome]:
    """Add answers about some partners, in the order given; what says nothing new is not added again.

    Every answer must be about one of `partners`. Several answers at one place become its history: in file order, each
    superseding the one before; one that is already part of the history is unchanged. Returns what happened to each
    answer. Raises NotAllowed, before anything is written.
    """
    known = {partner.id: partner for partner in partners}
    for partner in known.values():
        require(actor, Permission.ANSWER_PROVIDE, partner)
    heads = queries.heads(known)
    past = queries.said_before(known, CONTENT)
    outcomes: list[Outcome] = []
    pending: list[tuple[NewAnswer, Place]] = []
    newest: dict[Place, object] = {place: _content(head) for place, head in heads.items()}
    for answer in answers:
        place, says = answer.place, answer.says()
        if newest.get(place) == says or (answer.recorded_at and (place, repr(says)) in past):
            outcomes.append(Outcome.UNCHANGED)
            continue
        outcomes.append(Outcome.UPDATED if place in newest else Outcome.CREATED)
        newest[place] = says
        pending.append((answer, place))
    _insert(pending, {place: head.id for place, head in heads.items()})
    _tell(actor, known, pending)
    return outcomes


def _insert(pending: list[tuple[NewAnswer, Place]], head_ids: dict[Place, int]) -> None:
    """Insert in waves, so that an answer can supersede one that is added in the same call."""
    while pending:
        wave: list[tuple[NewAnswer, Place]] = []
        later: list[tuple[NewAnswer, Place]] = []
        taken: set[Place] = set()
        for item in pending:
            (later if item[1] in taken else wave).append(item)
            taken.add(item[1])
        moment = clock.now()
        rows = [
            {
                **{name: getattr(answer, name) for name in (*CONTENT, "partner_id", "criterion", "product")},
                "recorded_at": answer.recorded_at or moment,
                "supersedes_id": head_ids.get(place),
            }
            for answer, place in wave
        ]
        ids = db.session.scalars(insert(Answer).returning(Answer.id, sort_by_parameter_order=True), rows)
        for (_answer, place), made in zip(wave, ids, strict=True):
            head_ids[place] = made
        pending = later


def _tell(actor: Actor, partners: dict[int, Partner], added: list[tuple[NewAnswer, Place]]) -> None:
    by_partner: dict[int, list[list[object]]] = {}
    for answer, _place in added:
        by_partner.setdefault(answer.partner_id, []).append(
            [answer.criterion, answer.product, answer.state, answer.value]
        )
    for partner_id, after in by_partner.items():
        subject = f"partner/{partners[partner_id].slug}"
        audit.record(db.session, actor, Permission.ANSWER_PROVIDE, subject, after=after)
    db.session.flush()
    outbox.tell(db.session, (("partner", str(partner_id)) for partner_id in by_partner))


def challenge(actor: Actor, answer: Answer, reason: str, opened_at: datetime | None = None) -> Challenge:
    """Say that an answer is wrong: it shows as disputed until somebody decides. Raises NotAllowed."""
    require(actor, Permission.ANSWER_CHALLENGE, answer)
    made = Challenge(
        answer_id=answer.id, partner_id=answer.partner_id, reason=reason, opened_at=opened_at or clock.now()
    )
    db.session.add(made)
    audit.record(db.session, actor, Permission.ANSWER_CHALLENGE, f"answer/{answer.id}", after={"reason": reason})
    return made
