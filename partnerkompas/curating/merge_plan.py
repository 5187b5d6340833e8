"""What merging two partners will do, and what undoing it will do: read only, shown before it is done (row O2).

The one that stays keeps everything it says of itself. It gets the names of the other as former names, the offices it
has not, and of the answers only the other has those that a curator picks. Everything else stays with the other.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge, Outcome
from partnerkompas.answers.models import Answer, State
from partnerkompas.answers.saying import own_answer, same
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.partners import actions as partners
from partnerkompas.partners import leaving
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import Merge, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import Permission

Place = tuple[str, str]
"""Criterion and product."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What merging will do."""

    names: tuple[str, ...]
    """Names that the one that stays is found by from now on."""
    offices: tuple[PlainOffice, ...]
    """Offices that only the other has."""
    answers: dict[Place, Answer]
    """What is known of the other only."""
    hindrances: tuple[str, ...]
    """Why it cannot be done, in the language of the reader; empty when it can."""

    @property
    def digest(self) -> str:
        """Another one when something else would happen."""
        told: list[Any] = [self.names, [asdict(each) for each in self.offices]]
        told += [[each.id for each in self.answers.values()], self.hindrances]
        return blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


def plan(kept: Partner, absorbed: Partner) -> Plan:
    """What merging will do; offices and former names of both must be loaded."""
    one, other = partners.plain(kept), partners.plain(absorbed)
    called = {one.name, *one.former_names}
    here = {(each.city, each.province, each.role) for each in one.offices}
    return Plan(
        names=tuple(each for each in dict.fromkeys((other.name, *other.former_names)) if each not in called),
        offices=tuple(each for each in other.offices if (each.city, each.province, each.role) not in here),
        answers=_only_of(kept, absorbed),
        hindrances=tuple(_hindrances(kept, absorbed)),
    )


def _only_of(kept: Partner, absorbed: Partner) -> dict[Place, Answer]:
    """Without what is disputed of the one that stays: only the decision changes that (R31)."""
    closed = {*known_of(kept), *_disputed_of(kept)}
    return {place: answer for place, answer in known_of(absorbed).items() if place not in closed}


def _disputed_of(partner: Partner) -> set[Place]:
    return {(each.criterion, each.product) for each in answers.by_ids(answers.open_challenges([partner.id]))}


def known_of(partner: Partner) -> dict[Place, Answer]:
    """The newest answers of a partner that say something, in a fixed order."""
    wanted = answers.newest().where(Answer.partner_id == partner.id, Answer.state != State.NOT_STATED)
    rows = db.session.scalars(wanted.order_by(Answer.criterion, Answer.product))
    return {(row.criterion, row.product): row for row in rows}


def _hindrances(kept: Partner, absorbed: Partner) -> list[str]:
    if kept.id == absorbed.id:
        return [_("Kies twee verschillende partners.")]
    found = []
    for each in (kept, absorbed):
        if (other := leaving.leads_to(each)) is not None:
            found.append(_("%(name)s is al opgegaan in %(other)s.", name=each.name, other=other.name))
        if leaving.of_partner(each) is not None:
            found.append(_("Van %(name)s loopt een uitschrijving.", name=each.name))
    hidden = kept.status == PartnerStatus.DRAFT and absorbed.status == PartnerStatus.LISTED
    if not found and (kept.status == PartnerStatus.DELISTED or hidden):
        found.append(_("%(name)s staat niet in de gids en kan dus niet blijven.", name=kept.name))
    if answers.open_challenges([absorbed.id]):
        found.append(_("Van %(name)s wordt een feit betwist. Daarover wordt eerst beslist.", name=absorbed.name))
    if unheard := _unheard(kept, absorbed):
        found.append(
            _(
                "%(other)s zegt zelf iets anders dan wat een ander bij %(one)s invulde: %(labels)s. "
                "Maak dat eerst gelijk, of betwist het bij %(one)s: dan wordt de partner gehoord.",
                one=kept.name,
                other=absorbed.name,
                labels=", ".join(unheard),
            )
        )
    return found


def _unheard(kept: Partner, absorbed: Partner) -> list[str]:
    """What would replace what the absorbed partner says itself, and nobody who speaks for it said (R31): labels.

    Not what the one that stays says itself, nor what was decided there after a dispute.
    """
    theirs, places = known_of(absorbed), []
    for (criterion, product), answer in known_of(kept).items():
        says = theirs.get((criterion, product))
        question = criteria.asked(criterion)
        if says is None or same(question, says, answer):
            continue
        own = own_answer((absorbed.id, criterion, product)) is not None
        if own and own_answer((kept.id, criterion, product)) is None and not _was_decided(answer):
            label = question.label.in_(language())
            places.append(f"{label} ({product})" if product else label)
    return places


def _was_decided(answer: Answer) -> bool:
    """Whether a curator decided about what stands there, after whoever speaks for the partner was heard."""
    against = aliased(Answer)
    decided = Challenge.decided_at >= answer.recorded_at, Challenge.outcome.in_((Outcome.UPHELD, Outcome.CORRECTED))
    wanted = select(Challenge.id).join(against, Challenge.answer_id == against.id).where(*decided)
    return db.session.scalar(wanted.where(answers.same_place(against, answer)).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing a merge will do."""

    names: tuple[str, ...]
    """Former names that are taken away again."""
    offices: tuple[PlainOffice, ...]
    answers: tuple[Answer, ...]
    """Copies that still stand, and go."""
    stays: tuple[str, ...]
    """What is newer and stays: the criteria of copies that were answered anew, places of offices that changed, and
    names that the partner has had itself since."""
    hindrances: tuple[str, ...]


def undoing(merge: Merge, kept: Partner) -> Undoing:
    """What undoing a merge will do; offices and former names of the partner that stayed must be loaded."""
    now, borne = partners.plain(kept), _borne_since(merge, kept)
    left, gone, stays = list(now.offices), [], []
    for each in merge.did["offices"]:
        office = PlainOffice(**each)
        if office in left:
            left.remove(office)
            gone.append(office)
        else:
            stays.append(office.city)
    copies = answers.by_ids(merge.did["answers"])
    newer = _superseded(copies)
    stays += [each.criterion for each in copies if each.id in newer]
    names = [each for each in merge.did["names"] if each in now.former_names]
    stays += [each for each in names if each in borne]
    return Undoing(
        names=tuple(each for each in names if each not in borne),
        offices=tuple(gone),
        answers=tuple(each for each in copies if each.id not in newer),
        stays=tuple(stays),
        hindrances=tuple(_hindrances_to_undo(kept, [each for each in copies if each.id not in newer])),
    )


def _borne_since(merge: Merge, kept: Partner) -> set[str]:
    """The names that the partner that stayed really had since the merge, as the log has them: those remain its own."""
    edits = AuditRow.subject == f"partner/{kept.slug}", AuditRow.deed == Permission.PARTNER_EDIT
    sides = (AuditRow.before["name"].as_string(), AuditRow.after["name"].as_string())
    rows = db.session.execute(select(*sides).where(*edits, AuditRow.at >= merge.merged_at))
    return {name for row in rows for name in row if name is not None}


def _hindrances_to_undo(kept: Partner, going: Sequence[Answer]) -> list[str]:
    """The names went on with it, so the last merge is undone first; and a dispute about a copy is decided first."""
    found, other = [], leaving.leads_to(kept)
    if other is not None:
        found.append(
            _("%(name)s is zelf opgegaan in %(other)s. Maak eerst dat ongedaan.", name=kept.name, other=other.name)
        )
    if not _disputed_of(kept).isdisjoint((each.criterion, each.product) for each in going):
        found.append(_("Van %(name)s wordt een feit betwist. Daarover wordt eerst beslist.", name=kept.name))
    return found


def _superseded(copies: Sequence[Answer]) -> set[int]:
    """The ids of those whose place another answer took."""
    ids = [each.id for each in copies]
    found = db.session.scalars(select(Answer.supersedes_id).where(Answer.supersedes_id.in_(ids)))
    return {each for each in found if each is not None}
