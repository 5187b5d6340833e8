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
)
"""What makes an answer different from another at the same place: all but the moment of recording."""

_content = attrgetter(*CONTENT)


def _says(answer: Any) -> tuple[object, ...]:
    """The content of an answer or a row, in a form that can be kept in a set."""
    return tuple(tuple(each) if isinstance(each, list) else each for each in _content(answer))


class Recorded(NamedTuple):
    """What became of an answer, and which row says it now; None when it was not added."""

    outcome: Outcome
    answer_id: int | None


@dataclass(slots=True)
class _Chain:
    """What was ever said at one place, and what will be added to it."""

    said: dict[tuple[object, ...], list[tuple[datetime, int]]] = field(default_factory=dict)
    newest: tuple[object, ...] | None = None
    newest_at: datetime | None = None
    head: int | None = None

    def add(self, says: tuple[object, ...], at: datetime, answer_id: int) -> None:
        self.said.setdefault(says, []).append((at, answer_id))
        self.newest, self.newest_at, self.head = says, at, answer_id


def record(actor: Actor, partners: Iterable[Partner], answers: Sequence[NewAnswer]) -> list[Recorded]:
    """Add answers about some partners, in the order given; what says nothing new is not added again.

    Every answer must be about one of `partners`. Several answers at one place become its history, each superseding the
    one before. An answer is unchanged when it says what is known, or when it is part of the history already. It is
    outdated, and not added, when it was recorded before the newest one at its place: history cannot be changed
    afterwards. Raises NotAllowed, before anything is written.
    """
    known = {partner.id: partner for partner in partners}
    for partner in known.values():
        require(actor, Permission.ANSWER_PROVIDE, partner)
    chains: dict[Place, _Chain] = {answer.place: _Chain() for answer in answers}
    for row in queries.said_at(chains):
        chains[row.partner_id, row.criterion, row.product].add(_says(row), row.recorded_at, row.id)
    last = {answer.place: number for number, answer in enumerate(answers)}
    moment = clock.now()
    done: list[Recorded | None] = []
    added: list[tuple[int, NewAnswer]] = []
    for number, answer in enumerate(answers):
        chain, says = chains[answer.place], _says(answer)
        found = _already(chain, says, answer, number == last[answer.place])
        done.append(found)
        if found is None:
            added.append((number, answer))
            chain.newest, chain.newest_at = says, answer.recorded_at or moment
    ...


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
