"""Questions about files of evidence; read only."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, Draft, EvidenceFile
from partnerkompas.infra import clock
from partnerkompas.infra.db import db


def file(number: int) -> EvidenceFile | None:
    """The file with this id, also when its content was removed."""
    return db.session.get(EvidenceFile, number) if number < 2**31 else None


def files(ids: Collection[int]) -> dict[int, EvidenceFile]:
    """The files with these ids."""
    rows = db.session.scalars(select(EvidenceFile).where(EvidenceFile.id.in_(ids)).order_by(EvidenceFile.id))
    return {row.id: row for row in rows}


def bytes_of(partner_id: int) -> int:
    """How much is kept for a partner now."""
    wanted = select(func.sum(EvidenceFile.size)).where(
        EvidenceFile.partner_id == partner_id, EvidenceFile.removed_at.is_(None)
    )
    return db.session.scalar(wanted) or 0


def is_used(file_id: int) -> bool:
    """Whether a draft or an answer, also an earlier one, says that this file proves it."""
    draft, answer = select(Draft.id).where(Draft.file_id == file_id), select(Answer.id).where(Answer.file_id == file_id)
    return any(db.session.scalar(each.limit(1)) is not None for each in (draft, answer))


def names_kept() -> set[str]:
    """The names of all contents that must be there."""
    return set(db.session.scalars(select(EvidenceFile.stored_as).where(EvidenceFile.removed_at.is_(None))))


def names_removed(names: Collection[str]) -> list[str]:
    """Which of some contents were removed by what was committed."""
    removed = EvidenceFile.stored_as.in_(names), EvidenceFile.removed_at.is_not(None)
    return list(db.session.scalars(select(EvidenceFile.stored_as).where(*removed).order_by(EvidenceFile.id)))


def no_longer_needed(days: int) -> Iterator[EvidenceFile]:
    """The files whose content is to be forgotten today (row U10).

    That is some days after every answer it proves was checked, replaced, or ran out; never while an answer waits for a
    curator, somebody disputes it, or a draft has it. What belongs to nothing is kept for a day: its form may be open.
    """
    kept = select(EvidenceFile).where(EvidenceFile.removed_at.is_(None)).order_by(EvidenceFile.id)
    in_draft = set(db.session.scalars(select(Draft.file_id).where(Draft.file_id.is_not(None))))
    ends = _ends()
    for row in db.session.scalars(kept).all():
        if row.id in in_draft:
            continue
        if row.id not in ends:
            if row.added_at <= clock.now() - timedelta(days=1):
                yield row
            continue
        days_of_answers = ends[row.id]
        last = max((day for day in days_of_answers if day), default=date.max)
        if None not in days_of_answers and last + timedelta(days=days) <= clock.today():
            yield row


def _ends() -> dict[int, list[date | None]]:
    """By file: the day on which each of its answers needed no proof any more, None while it still does."""
    later = aliased(Answer)
    wanted = (
        select(EvidenceFile.id, Answer, later.recorded_at)
        .join(Answer, Answer.file_id == EvidenceFile.id)
        .outerjoin(later, later.supersedes_id == Answer.id)
        .where(EvidenceFile.removed_at.is_(None))
        .order_by(Answer.id)
    )
    disputed = set(db.session.scalars(answers.at_disputed_places()))
    found: dict[int, list[date | None]] = {}
    for file_id, answer, replaced_at in db.session.execute(wanted):
        done = answer.recorded_at if answer.checked_on else replaced_at
        end = None if answer.id in disputed else clock.day_of(done) if done else answer.valid_until
        found.setdefault(file_id, []).append(end)
    return found
